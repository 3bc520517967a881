// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// The world of generated documents is small, so that documents meet by chance and can be evaluated completely.
var (
	someActions    = []string{"s3:GetObject", "s3:PutObject", "sqs:Send", "s3:Get*", "s3:*", "*", "s?s:Send", "s3:?et*"}
	someResources  = []string{"arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a*", "arn:aws:s3:::a/?", "*"}
	someRoots      = []string{"111122223333", "arn:aws:iam::111122223333:root", "444455556666"}
	somePrincipals = append([]string{"*", "arn:aws:iam::111122223333:role/r", "AROAEXAMPLEEXAMPLE12"}, someRoots...)
	someServices   = []string{"ecs-tasks.amazonaws.com", "ec2.amazonaws.com"}
	someOperators  = []string{"StringEquals", "StringNotEquals"}
	someKeys       = []string{"aws:SourceAccount", "aws:PrincipalTag/Team"}
	someValues     = []string{"1", "2", "true"}
)

func subsetOf(values []string, least int) *rapid.Generator[[]string] {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(values), least, min(3, len(values)), rapid.ID[string])
}

func conditions() *rapid.Generator[Condition] {
	return rapid.Custom(func(t *rapid.T) Condition {
		var c Condition
		for _, operator := range someOperators {
			for _, key := range someKeys {
				if rapid.IntRange(0, 3).Draw(t, "present") != 0 {
					continue
				}
				if c == nil {
					c = Condition{}
				}
				if c[operator] == nil {
					c[operator] = map[string][]string{}
				}
				c[operator][key] = subsetOf(someValues, 1).Draw(t, "values")
			}
		}
		return c
	})
}

func principals() *rapid.Generator[*Principal] {
	return rapid.Custom(func(t *rapid.T) *Principal {
		p := &Principal{}
		if rapid.Bool().Draw(t, "AWS") {
			p.AWS = subsetOf(somePrincipals, 1).Draw(t, "principals")
		} else {
			p.Service = subsetOf(someServices, 1).Draw(t, "services")
		}
		return p
	})
}

func statements(kind Kind) *rapid.Generator[Statement] {
	return rapid.Custom(func(t *rapid.T) Statement {
		st := Statement{Effect: rapid.SampledFrom([]Effect{Allow, Deny}).Draw(t, "effect")}
		st.Condition = conditions().Draw(t, "condition")
		if kind == TrustPolicy {
			st.Actions = []string{"sts:AssumeRole"}
			st.Principal = principals().Draw(t, "principal")
			return st
		}
		list, resources := subsetOf(someActions, 1).Draw(t, "actions"), subsetOf(someResources, 1).Draw(t, "resources")
		if rapid.IntRange(0, 4).Draw(t, "notAction") == 0 {
			st.NotActions = list
		} else {
			st.Actions = list
		}
		if rapid.IntRange(0, 4).Draw(t, "notResource") == 0 {
			st.NotResources = resources
		} else {
			st.Resources = resources
		}
		return st
	})
}

// documents generates documents that IAM would take.
func documents() *rapid.Generator[*Document] {
	return rapid.Custom(func(t *rapid.T) *Document {
		kind := rapid.SampledFrom([]Kind{IdentityPolicy, TrustPolicy}).Draw(t, "kind")
		d := &Document{
			Version:    rapid.SampledFrom([]string{Version2012, Version2012, Version2008, ""}).Draw(t, "version"),
			Statements: rapid.SliceOfN(statements(kind), 1, 3).Draw(t, "statements"),
		}
		for i := range d.Statements {
			if rapid.Bool().Draw(t, "sid") {
				d.Statements[i].Sid = fmt.Sprintf("S%d", i)
			}
		}
		return d
	})
}

// rewriter writes a document as JSON in one of the many forms that mean the same. It shares no code with Render.
type rewriter struct{ t *rapid.T }

func (r rewriter) maybe() bool { return rapid.Bool().Draw(r.t, "maybe") }

func (r rewriter) document(d *Document) []byte {
	var statements []string
	for _, st := range rapid.Permutation(d.Statements).Draw(r.t, "order of statements") {
		statements = append(statements, r.statement(st))
		if r.maybe() {
			st.Sid = ""
			statements = append(statements, r.statement(st))
		}
	}
	list := "[" + strings.Join(statements, ",") + "]"
	if len(statements) == 1 && r.maybe() {
		list = statements[0]
	}
	members := []string{`"Statement":` + list}
	version := d.Version
	if version == "" && r.maybe() {
		version = Version2008
	}
	if version != "" {
		members = append(members, `"Version":`+r.text(version))
	}
	if r.maybe() {
		members = append(members, `"Id":"x"`)
	}
	return []byte(r.object(members))
}

func (r rewriter) statement(st Statement) string {
	members := []string{`"Effect":` + r.text(string(st.Effect))}
	if st.Sid != "" || r.maybe() {
		members = append(members, `"Sid":`+r.text(st.Sid))
	}
	fold := func(action string) string {
		if r.maybe() {
			return strings.ToUpper(action)
		}
		return action
	}
	exact := func(s string) string { return s }
	members = append(members, r.member("Action", st.Actions, fold)...)
	members = append(members, r.member("NotAction", st.NotActions, fold)...)
	members = append(members, r.member("Resource", st.Resources, exact)...)
	members = append(members, r.member("NotResource", st.NotResources, exact)...)
	if st.Principal != nil {
		members = append(members, r.principal(st.Principal))
	}
	return r.object(r.condition(members, st.Condition))
}

func (r rewriter) principal(p *Principal) string {
	if slices.Equal(p.AWS, []string{"*"}) && len(p.Service) == 0 && r.maybe() {
		return `"Principal":"*"`
	}
	root := func(s string) string {
		if s == someRoots[0] || s == someRoots[1] {
			return rapid.SampledFrom(someRoots[:2]).Draw(r.t, "root")
		}
		return s
	}
	types := r.member("AWS", p.AWS, root)
	types = append(types, r.member("Service", p.Service, func(s string) string { return s })...)
	return `"Principal":` + r.object(types)
}

func (r rewriter) condition(members []string, c Condition) []string {
	var operators []string
	for _, operator := range slices.Sorted(maps.Keys(c)) {
		var keys []string
		for _, key := range slices.Sorted(maps.Keys(c[operator])) {
			name := key
			if r.maybe() {
				name = strings.ToLower(key)
			}
			keys = append(keys, r.member(name, c[operator][key], func(s string) string { return s })...)
		}
		operators = append(operators, r.text(operator)+":"+r.object(keys))
	}
	if len(operators) == 0 && r.maybe() {
		return members
	}
	if r.maybe() {
		operators = append(operators, `"ArnLike":{}`)
	}
	return append(members, `"Condition":`+r.object(operators))
}

// member writes a list in any order, with repetitions, or a single value without a list.
func (r rewriter) member(name string, values []string, variant func(string) string) []string {
	if len(values) == 0 {
		return nil
	}
	var texts []string
	for _, value := range rapid.Permutation(values).Draw(r.t, "order of values") {
		texts = append(texts, r.scalar(name, variant(value)))
		if r.maybe() {
			texts = append(texts, r.scalar(name, variant(value)))
		}
	}
	if len(texts) == 1 && r.maybe() {
		return []string{r.text(name) + ":" + texts[0]}
	}
	return []string{r.text(name) + r.space() + ":[" + strings.Join(texts, r.space()+",") + "]"}
}

// scalar writes condition values that look like numbers or booleans as those.
func (r rewriter) scalar(name, value string) string {
	if strings.HasPrefix(strings.ToLower(name), "aws:") && slices.Contains(someValues, value) && r.maybe() {
		return value
	}
	return r.text(value)
}

func (r rewriter) text(s string) string {
	if r.maybe() && s != "" {
		return fmt.Sprintf("\"\\u%04X%s\"", s[0], s[1:])
	}
	text, err := json.Marshal(s)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

func (r rewriter) object(members []string) string {
	if len(members) > 0 {
		members = rapid.Permutation(members).Draw(r.t, "order of members")
	}
	return "{" + r.space() + strings.Join(members, ","+r.space()) + "}"
}

func (r rewriter) space() string {
	return rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(r.t, "space")
}
