// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
)

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
	return c.asksNoLess(other)
}

// asksNoLess reports whether the values of a condition provably hold only where those of another one with the same
// operator and key do: each lies within one of the other's or, of an operator that is negated, contains one.
func (c condition) asksNoLess(other condition) bool {
	_, base, _ := splitOperator(c.operator)
	switch found, known := conditionOperators[base]; {
	case !known:
		return false
	case found.negated:
		return within(strings.Replace(base, "Not", "", 1), other.values, c.values)
	}
	return within(base, c.values, other.values)
}

// within reports whether an operator provably matches with each of the values only what it matches with one of the
// others.
func within(operator string, values, others []string) bool {
	small := len(values)*len(others) <= maxPatternPairs
	for _, value := range values {
		if _, found := slices.BinarySearch(others, value); found {
			continue
		}
		if !small || !slices.ContainsFunc(others, func(o string) bool { return containing(operator, o, value) == first }) {
			return false
		}
	}
	return true
}
