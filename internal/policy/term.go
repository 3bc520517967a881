// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// arnFields is the number of fields of an ARN; the last one may hold colons.
const arnFields = 6

// Term is a pattern of actions or resources, taken apart once to be compared with many others. Terms of actions ignore
// case. The two questions are answered to the safe side: what Covers says is provable, and so is a denial of Meets.
type Term struct {
	spelt   string
	text    string
	fields  []string // of a resource
	literal string   // what stands before the first wildcard
	wild    bool
	exact   bool // neither wildcard nor policy variable
	rigid   bool // covers nothing but itself: it has no wildcard, or a variable that may stand for anything
}

// ActionTerm is a pattern of actions, such as s3:Get*.
func ActionTerm(text string) Term {
	t := newTerm(strings.ToLower(text))
	t.spelt = text
	return t
}

// ResourceTerm is a pattern of resources. A policy variable in it may stand for any text.
func ResourceTerm(text string) Term {
	t := newTerm(text)
	t.fields = strings.SplitN(text, ":", arnFields)
	t.rigid = t.rigid || isVariable(text)
	t.exact = t.exact && !isVariable(text)
	return t
}

func newTerm(text string) Term {
	t := Term{spelt: text, text: text, literal: text}
	if i := strings.IndexAny(text, "*?"); i >= 0 {
		t.literal, t.wild = text[:i], true
	}
	t.exact, t.rigid = !t.wild, !t.wild
	return t
}

// String is the pattern as it was written.
func (t Term) String() string { return t.spelt }

// Key is the same for all ways to write the pattern: that of actions is in lower case.
func (t Term) Key() string { return t.text }

// Wild reports whether the pattern has a wildcard.
func (t Term) Wild() bool { return t.wild }

// Exact reports whether the pattern matches one text alone.
func (t Term) Exact() bool { return t.exact }

// Covers reports whether the pattern provably matches all that another one of its sort matches. In resources a wildcard
// is taken to stay within the first five fields of an ARN, because IAM does not document its matching across them.
func (t Term) Covers(other Term) bool {
	switch {
	case t.text == other.text || t.text == "*":
		return true
	case t.rigid: // ${*} is an asterisk that is none
		return false
	case !strings.HasPrefix(other.text, t.literal):
		return false
	case t.fields == nil:
		return glob.Includes(t.text, other.text)
	case len(t.fields) != len(other.fields):
		return false
	}
	for i, wide := range t.fields {
		if !fieldCovers(wide, other.fields[i], i == arnFields-1) {
			return false
		}
	}
	return true
}

func fieldCovers(wide, narrow string, last bool) bool {
	switch {
	case wide == narrow:
		return true
	case isVariable(narrow):
		return segmentCovers(wide, narrow, last)
	}
	return glob.Includes(wide, narrow)
}

// Meets reports whether some text may match both patterns. Those of resources are compared without regard to case,
// because IAM finds its own entities so, and field by field where both have all fields of an ARN.
func (t Term) Meets(other Term) bool {
	switch {
	case t.text == "*" || other.text == "*" || t.text == other.text:
		return true
	case t.fields == nil:
		return glob.Meets(t.text, other.text)
	case !t.aligned() || !other.aligned():
		return fieldMeets(t.text, other.text)
	}
	for i := arnFields - 1; i >= 0; i-- {
		if !fieldMeets(t.fields[i], other.fields[i]) {
			return false
		}
	}
	return true
}

// aligned reports whether the fields are those of every ARN that matches: a variable may stand for several.
func (t Term) aligned() bool {
	return len(t.fields) == arnFields && !slices.ContainsFunc(t.fields[:arnFields-1], isVariable)
}

func fieldMeets(a, b string) bool {
	return a == b || glob.Meets(strings.ToLower(variablesWild(a)), strings.ToLower(variablesWild(b)))
}

// CoversAny reports whether one of the patterns covers another one.
func CoversAny(terms []Term, other Term) bool {
	return slices.ContainsFunc(terms, func(t Term) bool { return t.Covers(other) })
}

// MeetsAny reports whether one of the patterns may meet another one.
func MeetsAny(terms []Term, other Term) bool {
	return slices.ContainsFunc(terms, func(t Term) bool { return t.Meets(other) })
}

// Demands reports whether the statement provably applies only to requests that meet a condition. It must have each
// operator of it, with or without the other name that IAM has for it, and under it the same key with values that lie
// within those of the condition. IfExists and ForAllValues, under which a statement also applies where the key is
// missing, do not do.
func (s *Statement) Demands(c Condition) bool {
	own := conditionsOf(s.Condition)
	for _, required := range conditionsOf(c) {
		if !slices.ContainsFunc(own, func(has condition) bool { return has.demands(required) }) {
			return false
		}
	}
	return true
}

// conditionsOf is a condition as a list, in the normal form.
func conditionsOf(c Condition) []condition {
	var list []condition
	for operator, keys := range c {
		for key, values := range keys {
			one := condition{operator: operator, key: key, values: slices.Clone(values)}
			one.normalize()
			list = append(list, one)
		}
	}
	return list
}

func (c condition) demands(required condition) bool {
	_, always := plainOperator(c.operator)
	if c.operator != required.operator || always || compareFold(c.key, required.key) != 0 || len(c.values) == 0 {
		return false
	}
	return c.asksNoLess(required)
}
