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
	someActions   = []string{"s3:GetObject", "s3:PutObject", "sqs:Send", "s3:Get*", "s3:*", "*", "s?s:Send", "s3:?et*"}
	someResources = []string{
		"arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a*", "arn:aws:s3:::a/?", "*", "arn:aws:s3:::${aws:username}",
	}
	someRoots      = []string{"111122223333", "arn:aws:iam::111122223333:root", "444455556666"}
	somePrincipals = append([]string{"*", "arn:aws:iam::111122223333:role/r", "AROAEXAMPLEEXAMPLE12"}, someRoots...)
	someServices   = []string{"ecs-tasks.amazonaws.com", "ec2.amazonaws.com"}
	someValues     = []string{"1", "2", "true"}
)

// family is condition operators on one key, with values of which each may be written in several ways.
type family struct {
	key       string
	operators []string
	values    [][]string
}

var families = []family{
	{"aws:SourceAccount", []string{"StringEquals", "StringNotEquals"}, [][]string{{"1"}, {"2"}, {"true"}}},
	{"aws:PrincipalTag/Team", []string{"StringEquals", "StringNotEquals"}, [][]string{{"1"}, {"2"}, {"true"}}},
	{"aws:username", []string{"StringLike", "StringNotLike"}, [][]string{{"a*", "a**"}, {"b?*", "b*?"}, {"${aws:username}"}}},
	{"aws:SecureTransport", []string{"Bool"}, [][]string{{"true", "True", "TRUE"}, {"false", "False"}}},
	{
		"aws:MultiFactorAuthAge",
		[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan"},
		[][]string{{"10", "10.0", "1e1", "+10", "010"}, {"300", "3E2", "300.00"}, {"0.5", ".5", "5e-1"}},
	},
	{"aws:CurrentTime", []string{"DateEquals", "DateNotEquals", "DateLessThan"}, [][]string{
		{"2026-01-01T00:00:00Z", "1767225600", "2026-01-01", "2026-01-01T01:00+01:00", "2026-01-01T00:00:00.000Z"},
		{"2027-01-01T00:00:00Z", "1798761600"},
	}},
	{"aws:SourceIp", []string{"IpAddress", "NotIpAddress"}, [][]string{
		{"1.2.3.4", "1.2.3.4/32"}, {"1.2.0.0/16", "1.2.3.4/16"}, {"2001:db8::1", "2001:DB8:0:0::1", "2001:0db8::0001/128"},
	}},
	{
		"aws:SourceArn",
		[]string{"ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"},
		[][]string{{"arn:aws:ecs:*:1:*", "arn:aws:ecs:**:1:***"}, {"arn:aws:ecs:eu:1:task/a"}},
	},
}

// pairs are the operators of one meaning.
var pairs = map[string]string{
	"ArnLike": "ArnEquals", "ArnEquals": "ArnLike", "ArnNotLike": "ArnNotEquals", "ArnNotEquals": "ArnNotLike",
}

// spellings are all ways to write a condition value of a key.
func spellings(key, value string) []string {
	for _, f := range families {
		for _, same := range f.values {
			if strings.EqualFold(f.key, key) && slices.Contains(same, value) {
				return same
			}
		}
	}
	return []string{value}
}

func subsetOf(values []string, least int) *rapid.Generator[[]string] {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(values), least, min(3, len(values)), rapid.ID[string])
}

func conditions() *rapid.Generator[Condition] {
	return rapid.Custom(func(t *rapid.T) Condition {
		var c Condition
		for _, f := range families {
			for _, operator := range f.operators {
				if rapid.IntRange(0, 5).Draw(t, "present") != 0 {
					continue
				}
				if c == nil {
					c = Condition{}
				}
				if c[operator] == nil {
					c[operator] = map[string][]string{}
				}
				for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(f.values)-1), 1, len(f.values), rapid.ID[int]).
					Draw(t, "values") {
					c[operator][f.key] = append(c[operator][f.key], f.values[i][0])
				}
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
	switch {
	case !strings.Contains(string(d.Render()), "${"):
		version = rapid.SampledFrom([]string{"", Version2008, Version2012}).Draw(r.t, "version without variables")
	case version == "" && r.maybe():
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
			return strings.ToUpper(r.wildcards(action))
		}
		return r.wildcards(action)
	}
	members = append(members, r.member("Action", st.Actions, fold)...)
	members = append(members, r.member("NotAction", st.NotActions, fold)...)
	members = append(members, r.member("Resource", st.Resources, r.wildcards)...)
	members = append(members, r.member("NotResource", st.NotResources, r.wildcards)...)
	if st.Principal != nil {
		members = append(members, r.principal(st.Principal))
	}
	return r.object(r.condition(members, st.Condition))
}

// wildcards writes asterisks more than once, and behind question marks that they precede.
func (r rewriter) wildcards(pattern string) string {
	if r.maybe() {
		pattern = strings.ReplaceAll(pattern, "*", "**")
	}
	if r.maybe() {
		pattern = strings.ReplaceAll(pattern, "?*", "*?")
	}
	return pattern
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
	exchanged := r.maybe()
	for _, operator := range slices.Sorted(maps.Keys(c)) {
		var keys []string
		for _, key := range slices.Sorted(maps.Keys(c[operator])) {
			name := key
			if r.maybe() {
				name = strings.ToLower(key)
			}
			keys = append(keys, r.member(name, c[operator][key], func(value string) string {
				return rapid.SampledFrom(spellings(key, value)).Draw(r.t, "spelling")
			})...)
		}
		if other, ok := pairs[operator]; ok && exchanged {
			operator = other
		}
		operators = append(operators, r.text(operator)+":"+r.object(keys))
	}
	if len(operators) == 0 && r.maybe() {
		return members
	}
	if r.maybe() {
		operators = append(operators, `"BinaryEquals":{}`)
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
