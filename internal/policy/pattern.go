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

// The condition operators, without ForAllValues:, ForAnyValue: and IfExists; true for those that hold when no value
// matches (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
var conditionOperators = map[string]bool{
	"StringEquals": false, "StringNotEquals": true,
	"StringEqualsIgnoreCase": false, "StringNotEqualsIgnoreCase": true,
	"StringLike": false, "StringNotLike": true,
	"NumericEquals": false, "NumericNotEquals": true,
	"NumericLessThan": false, "NumericLessThanEquals": false,
	"NumericGreaterThan": false, "NumericGreaterThanEquals": false,
	"DateEquals": false, "DateNotEquals": true,
	"DateLessThan": false, "DateLessThanEquals": false,
	"DateGreaterThan": false, "DateGreaterThanEquals": false,
	"Bool": false, "BinaryEquals": false, "Null": false,
	"IpAddress": false, "NotIpAddress": true,
	"ArnEquals": false, "ArnNotEquals": true, "ArnLike": false, "ArnNotLike": true,
}

// lookupOperator finds a condition operator; negated is true when it holds where no value matches.
func lookupOperator(operator string) (negated, known bool) {
	base := operator
	for _, set := range [...]string{"ForAllValues:", "ForAnyValue:"} {
		if rest, ok := strings.CutPrefix(base, set); ok {
			base = rest
			break
		}
	}
	if rest, ok := strings.CutSuffix(base, "IfExists"); ok && rest != "Null" {
		base = rest
	}
	negated, known = conditionOperators[base]
	return negated, known
}

// narrower reports whether one normalized condition provably holds only where the other holds.
func narrower(narrow, wide []condition) bool {
	for _, w := range wide {
		if !slices.ContainsFunc(narrow, func(n condition) bool { return n.implies(w) }) {
			return false
		}
	}
	return true
}

// implies reports whether a condition on one key provably holds only where the other holds.
func (c condition) implies(other condition) bool {
	if c.operator != other.operator || compareFold(c.key, other.key) != 0 {
		return false
	}
	if slices.Equal(c.values, other.values) {
		return true
	}
	if len(c.values) == 0 || len(other.values) == 0 {
		return false // IAM does not say what no values ask for
	}
	negated, known := lookupOperator(c.operator)
	if negated {
		return known && subset(other.values, c.values)
	}
	return known && subset(c.values, other.values)
}

// subset reports whether sorted lists hold one another.
func subset(small, large []string) bool {
	for _, value := range small {
		if _, found := slices.BinarySearch(large, value); !found {
			return false
		}
	}
	return true
}
