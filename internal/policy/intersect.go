// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"maps"
	"slices"
	"strings"
)

// Intersect returns a statement that matches what both match, of two statements of one effect under one version of the
// language. ok is false when it would match nothing. partly says that both match more in common than the pattern
// language can say, or may; that much is left out, so that the result never matches what one of them does not.
//
// Of actions, resources and principals the narrower stays where one provably contains the other; two Not lists are
// joined; of a list against a Not list those stay that are provably disjoint from all that is excluded. Conditions are
// those of both: for one operator and key, negated operators join their values and others keep the values that the
// other side contains.
func Intersect(a, b *Statement) (both Statement, ok, partly bool) {
	x, y := (&Document{Statements: []Statement{*a}}).flatten(), (&Document{Statements: []Statement{*b}}).flatten()
	x.normalize(true)
	y.normalize(true)
	s, t := &x.statements[0], &y.statements[0]
	both.Effect = a.Effect
	var elements [4]common
	both.Actions, both.NotActions = elements[0].lists(
		lowered(s.Actions), lowered(s.NotActions), lowered(t.Actions), lowered(t.NotActions))
	both.Resources, both.NotResources = elements[1].lists(s.Resources, s.NotResources, t.Resources, t.NotResources)
	both.Principal, both.NotPrincipal = elements[2].principals(s, t)
	both.Condition = elements[3].conditions(s.conditions, t.conditions)
	ok = true
	for _, c := range elements {
		if c.nothing && !c.partly {
			return both, false, false // provably nothing in common, whatever the other elements have
		}
		ok, partly = ok && !c.nothing, partly || c.partly
	}
	return both, ok, partly
}

// common is what two statements have in common in one element.
type common struct{ nothing, partly bool }

// lists intersects the terms of one element, of which each side has the list, the Not list or neither.
func (c *common) lists(a, notA, b, notB []string) (list, not []string) {
	switch {
	case len(a) > 0 && len(b) > 0:
		list = c.narrower(a, b)
	case len(notA) > 0 && len(notB) > 0:
		return nil, sortExact(slices.Concat(notA, notB))
	case len(a) > 0 && len(notB) > 0:
		list = c.outside(a, notB)
	case len(notA) > 0 && len(b) > 0:
		list = c.outside(b, notA)
	case len(a)+len(notA)+len(b)+len(notB) == 0:
		return nil, nil
	}
	c.nothing = c.nothing || len(list) == 0
	return list, nil
}

// narrower keeps of each pair of patterns the one that the other contains.
func (c *common) narrower(a, b []string) []string {
	if slices.Equal(a, b) {
		return a
	}
	if len(a)*len(b) > maxPatternPairs {
		c.partly = true
		return nil
	}
	var list []string
	for _, x := range a {
		for _, y := range b {
			switch {
			case patternCovers(y, x):
				list = append(list, x)
			case patternCovers(x, y):
				list = append(list, y)
			case !disjoint(x, y):
				c.partly = true
			}
		}
	}
	return sortExact(list)
}

// outside keeps the patterns that provably match nothing that is excluded.
func (c *common) outside(list, excluded []string) []string {
	if len(list)*len(excluded) > maxPatternPairs {
		c.partly = true
		return nil
	}
	var kept []string
	for _, x := range list {
		meets := func(y string) bool { return !disjoint(x, y) }
		swallows := func(y string) bool { return patternCovers(y, x) }
		switch {
		case !slices.ContainsFunc(excluded, meets):
			kept = append(kept, x)
		case !slices.ContainsFunc(excluded, swallows):
			c.partly = true
		}
	}
	return kept
}

// principals intersects the principals. Whether an account's root contains a principal of the account is a matter of
// that account, so the two are taken to have something in common that cannot be said.
//
//nolint:cyclop // one case for each pair of terms
func (c *common) principals(a, b *flatStatement) (is, not *Principal) {
	if a.NotPrincipal != nil || b.NotPrincipal != nil {
		if comparePrincipals(a.NotPrincipal, b.NotPrincipal) == 0 && comparePrincipals(a.Principal, b.Principal) == 0 {
			return a.Principal, a.NotPrincipal
		}
		c.nothing, c.partly = true, true
		return nil, nil
	}
	if a.Principal == nil && b.Principal == nil {
		return nil, nil
	}
	is = &Principal{}
	found := false
	for _, s := range a.Principal.terms() {
		for _, t := range b.Principal.terms() {
			switch list := is.list(s.kind); {
			case s.kind != t.kind:
				// whether anyone includes services and federated users, IAM does not say
				c.partly = c.partly || s.kind == "AWS" && s.text == "*" || t.kind == "AWS" && t.text == "*"
			case t.covers(s):
				*list, found = sortExact(append(*list, s.text)), true
			case s.covers(t):
				*list, found = sortExact(append(*list, t.text)), true
			case s.kind == "AWS" && sameAccount(s.text, t.text):
				c.partly = true
			}
		}
	}
	c.nothing = c.nothing || !found
	return is, nil
}

// sameAccount reports whether one of two AWS principals is the account of the other.
func sameAccount(a, b string) bool {
	within := func(account, principal string) bool {
		if _, id, root := parseRoot(account); root {
			account = id
		}
		return isAccountID(account) && strings.Contains(principal, ":"+account+":")
	}
	return within(a, b) || within(b, a)
}

func (c *common) conditions(a, b []condition) Condition {
	type entry struct{ operator, key string }
	values := map[entry][]string{}
	for _, x := range a {
		values[entry{x.operator, lower(x.key)}] = x.values
	}
	result := Condition{}
	for _, y := range b {
		at := entry{y.operator, lower(y.key)}
		if x, shared := values[at]; shared {
			values[at] = c.values(y.operator, x, y.values)
		} else {
			values[at] = y.values
		}
	}
	for at, list := range values {
		if result[at.operator] == nil {
			result[at.operator] = map[string][]string{}
		}
		result[at.operator][at.key] = list
	}
	if len(result) == 0 {
		return nil
	}
	return result
}

// values joins the values of one operator and key.
func (c *common) values(operator string, a, b []string) []string {
	if slices.Equal(a, b) {
		return a
	}
	if len(a) == 0 || len(b) == 0 {
		c.nothing, c.partly = true, true // IAM does not say what no values ask for
		return nil
	}
	negated, known := lookupOperator(operator)
	switch {
	case !known:
		c.nothing, c.partly = true, true
		return nil
	case negated:
		return sortExact(slices.Concat(a, b))
	}
	var list []string
	base, always := plainOperator(operator)
	for _, x := range a {
		for _, y := range b {
			switch containing(base, x, y) {
			case first:
				list = append(list, y)
			case second:
				list = append(list, x)
			case unknown:
				c.partly = true
			case neither:
			}
		}
	}
	if len(list) == 0 {
		c.nothing = true
		c.partly = c.partly || always
	}
	return sortExact(list)
}

// plainOperator is an operator without set prefix and IfExists; always says that it also holds where the key is
// missing.
func plainOperator(operator string) (base string, always bool) {
	base, always = strings.CutPrefix(operator, "ForAllValues:")
	base = strings.TrimPrefix(base, "ForAnyValue:")
	if rest, ok := strings.CutSuffix(base, "IfExists"); ok {
		return rest, true
	}
	return base, always
}

// HasVariable reports whether the meaning of the statement depends on the version of its document: whether it holds
// ${ where IAM puts in the values of policy variables.
func (s *Statement) HasVariable() bool {
	if slices.ContainsFunc(s.Resources, isVariable) || slices.ContainsFunc(s.NotResources, isVariable) {
		return true
	}
	for _, keys := range s.Condition {
		for _, values := range keys {
			if slices.ContainsFunc(values, isVariable) {
				return true
			}
		}
	}
	return false
}

// Escaped returns a statement of version 2008-10-17 as one of 2012-10-17 that means the same: ${ becomes ${$}{ where
// IAM puts in variables, which is in resources and in the values of string and ARN operators. ok is false when the
// statement cannot be said, since the text stands in one of the first five fields of an ARN.
func (s *Statement) Escaped() (escaped Statement, ok bool) {
	escaped, ok = *s, true
	escape := func(list []string) []string {
		result := slices.Clone(list)
		for i, value := range result {
			if fields := strings.SplitN(value, ":", 6); len(fields) == 6 && isVariable(strings.Join(fields[:5], ":")) {
				ok = false
			}
			result[i] = strings.ReplaceAll(value, "${", "${$}{")
		}
		return result
	}
	escaped.Resources, escaped.NotResources = escape(s.Resources), escape(s.NotResources)
	escaped.Condition = maps.Clone(s.Condition)
	for operator, keys := range s.Condition {
		base, _ := plainOperator(operator)
		if !strings.HasPrefix(base, "String") && !strings.HasPrefix(base, "Arn") {
			continue
		}
		escaped.Condition[operator] = map[string][]string{}
		for key, values := range keys {
			escaped.Condition[operator][key] = escape(values)
		}
	}
	return escaped, ok
}
