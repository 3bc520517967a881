// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"
	"strconv"
	"strings"
)

// quantifier says how an operator treats the values of a key.
type quantifier int

const (
	single quantifier = iota
	forAll
	forAny
)

// holds reports whether all operators of a condition hold, each for all of its keys.
func (r Request) holds(condition map[string]map[string]Values, variables bool) bool {
	for name, keys := range condition {
		for key, values := range keys {
			if !r.test(name, key, values, variables) {
				return false
			}
		}
	}
	return true
}

// test evaluates one operator on one key. An operator that IAM does not know holds nowhere.
func (r Request) test(name, key string, accepted []string, variables bool) bool {
	found, ok := r.Context.values(key)
	if name == "Null" {
		return slices.Contains(accepted, strconv.FormatBool(!ok))
	}
	each := single
	if rest, cut := strings.CutPrefix(name, "ForAllValues:"); cut {
		name, each = rest, forAll
	} else if rest, cut := strings.CutPrefix(name, "ForAnyValue:"); cut {
		name, each = rest, forAny
	}
	name, optional := strings.CutSuffix(name, "IfExists")
	op, known := operators[name]
	if !known {
		return false
	}
	if !ok {
		return optional || each == forAll || each == single && op.negated
	}
	return r.quantified(each, op, found, r.Context.accepted(op, accepted, variables))
}

func (r Request) quantified(each quantifier, op operator, found, accepted []string) bool {
	matches := func(value string) bool {
		return slices.ContainsFunc(accepted, func(one string) bool { return op.matches(one, literal(value)) })
	}
	meets := func(value string) bool { return matches(value) != op.negated }
	switch {
	case each == forAny, each == single && !op.negated:
		return slices.ContainsFunc(found, meets)
	default:
		return !slices.ContainsFunc(found, func(value string) bool { return !meets(value) })
	}
}

// accepted are the values of a condition with their variables replaced; one that cannot be is left out.
func (c Context) accepted(op operator, values []string, variables bool) []string {
	var all []string
	for _, value := range values {
		if !op.variables || !variables {
			if !op.wildcards {
				value = literal(value)
			}
			all = append(all, value)
			continue
		}
		if expanded, ok := c.expand(value, op.wildcards); ok {
			all = append(all, expanded)
		}
	}
	return all
}
