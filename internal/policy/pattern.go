// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// isVariable reports whether a value holds a policy variable.
func isVariable(value string) bool { return strings.Contains(value, "${") }

// patternCovers reports whether a wildcard pattern provably matches all that another one matches. An asterisk is taken
// to stay between two of the first five colons, since IAM's matching across them is not documented.
func patternCovers(wide, narrow string) bool {
	if wide == narrow || wide == "*" {
		return true
	}
	if !strings.ContainsAny(wide, "*?") || isVariable(wide) {
		return false // a variable's value may be anything, and ${*} is an asterisk that is none
	}
	w, n := strings.SplitN(wide, ":", 6), strings.SplitN(narrow, ":", 6)
	if len(w) != len(n) {
		return false
	}
	for i := range w {
		if !segmentCovers(w[i], n[i], i == 5) {
			return false
		}
	}
	return true
}

// segmentCovers compares the text between two colons, or after the fifth. A variable's value may be anything, a colon
// included: only an asterisk at the end of the last part covers it.
func segmentCovers(wide, narrow string, last bool) bool {
	if prefix, _, ok := strings.Cut(narrow, "${"); ok && wide != narrow {
		return last && strings.HasSuffix(wide, "*") && glob.Covers(wide, prefix)
	}
	return glob.Covers(wide, narrow)
}

// operator is what is known of a condition operator.
type operator struct {
	// negated says that it holds where no value matches.
	negated bool
	// takes is the type of its values.
	takes *conditionType
	// same is the name that two operators of one meaning have in the normal form, empty for the operator's own.
	same string
}

// The condition operators, without ForAllValues:, ForAnyValue: and IfExists. ArnEquals and ArnLike behave identically
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
var conditionOperators = map[string]operator{
	"StringEquals": {takes: anyText}, "StringNotEquals": {takes: anyText, negated: true},
	"StringEqualsIgnoreCase":    {takes: foldedText},
	"StringNotEqualsIgnoreCase": {takes: foldedText, negated: true},
	"StringLike":                {takes: textPattern}, "StringNotLike": {takes: textPattern, negated: true},
	"NumericEquals": {takes: number}, "NumericNotEquals": {takes: number, negated: true},
	"NumericLessThan": {takes: number}, "NumericLessThanEquals": {takes: number},
	"NumericGreaterThan": {takes: number}, "NumericGreaterThanEquals": {takes: number},
	"DateEquals": {takes: date}, "DateNotEquals": {takes: date, negated: true},
	"DateLessThan": {takes: date}, "DateLessThanEquals": {takes: date},
	"DateGreaterThan": {takes: date}, "DateGreaterThanEquals": {takes: date},
	"Bool": {takes: boolean}, "BinaryEquals": {takes: anyText}, "Null": {takes: boolean},
	"IpAddress": {takes: addresses}, "NotIpAddress": {takes: addresses, negated: true},
	arnLike: {takes: textPattern}, "ArnEquals": {takes: textPattern, same: arnLike},
	arnNotLike:     {takes: textPattern, negated: true},
	"ArnNotEquals": {takes: textPattern, negated: true, same: arnNotLike},
}

const (
	arnLike    = "ArnLike"
	arnNotLike = "ArnNotLike"
)

// twins are the other names of operators in the normal form.
var twins = map[string]string{arnLike: "ArnEquals", arnNotLike: "ArnNotEquals"}

// splitOperator takes an operator apart: set is ForAllValues:, ForAnyValue: or empty, ifExists the suffix or empty.
func splitOperator(name string) (set, base, ifExists string) {
	base = name
	for _, prefix := range [...]string{"ForAllValues:", "ForAnyValue:"} {
		if rest, ok := strings.CutPrefix(base, prefix); ok {
			set, base = prefix, rest
			break
		}
	}
	if rest, ok := strings.CutSuffix(base, "IfExists"); ok && rest != "Null" {
		base, ifExists = rest, "IfExists"
	}
	return set, base, ifExists
}

// lookupOperator finds a condition operator; negated is true when it holds where no value matches.
func lookupOperator(name string) (negated, known bool) {
	_, base, _ := splitOperator(name)
	found, known := conditionOperators[base]
	return found.negated, known
}

// normalize gives the operator the name that all of its meaning share, and the values the form that all of theirs do.
func (c *condition) normalize() {
	set, base, ifExists := splitOperator(c.operator)
	found, known := conditionOperators[base]
	if known {
		if found.same != "" {
			c.operator = set + found.same + ifExists
		}
		for i := range c.values {
			c.values[i] = found.takes.normal(c.values[i])
		}
	}
	c.values = sortExact(c.values)
}

// twin is the other name of a normalized operator, or the same where there is no other.
func twin(name string) string {
	set, base, ifExists := splitOperator(name)
	if other, ok := twins[base]; ok {
		return set + other + ifExists
	}
	return name
}

// maxPatternPairs bounds the time for wildcards. Within IAM's size limits lists have at most a few hundred values;
// beyond the bound only equal values cover each other.
const maxPatternPairs = 1 << 20

// hasVariable reports whether the meaning of the statement depends on the version of the document.
func (st *flatStatement) hasVariable() bool {
	if slices.ContainsFunc(st.Resources, isVariable) || slices.ContainsFunc(st.NotResources, isVariable) {
		return true
	}
	return slices.ContainsFunc(st.conditions, func(c condition) bool { return slices.ContainsFunc(c.values, isVariable) })
}
