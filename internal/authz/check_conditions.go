// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/spelling"
)

// conditionKeys looks for keys that no request of the statement's actions holds.
func (c *checker) conditionKeys(st *statement) {
	for operator, key := range conditions(st.Condition) {
		if c.held(st, key) {
			continue
		}
		effect := "the condition never holds"
		if holdsWithout(operator, st.Condition[operator][key]) {
			effect = "the condition always holds"
		}
		f := Finding{
			Code:   v1alpha1.WarningUnusedConditionKey,
			Reason: fmt.Sprintf("no action of the statement has the condition key %s: %s", key, effect),
		}
		if near := st.nearestKey(key); near != "" {
			f.Correction = fmt.Sprintf("did you mean %s?", near)
		}
		c.at(st, conditionElement(operator, key), -1, nil, f)
	}
}

// conditions are the operators and keys of a condition, in order.
func conditions(condition policy.Condition) func(yield func(operator, key string) bool) {
	return func(yield func(operator, key string) bool) {
		for _, operator := range slices.Sorted(maps.Keys(condition)) {
			for _, key := range slices.Sorted(maps.Keys(condition[operator])) {
				if !yield(operator, key) {
					return
				}
			}
		}
	}
}

// held tells whether a request of some action of the statement may hold a key.
func (c *checker) held(st *statement, key string) bool {
	prefix := prefixOf(key)
	if IsGlobalKey(key) || prefix == "" || c.kind == policy.TrustPolicy && prefix != "aws" {
		return true // tokens of identity providers bring keys of their own
	}
	if st.opaque {
		return prefix == "aws" && hasKey(tagKeys, key) || prefix != "aws" && knownTo(prefix, key)
	}
	for _, actions := range st.actions {
		if slices.ContainsFunc(actions, func(a *Action) bool { return a.TakesKey(key) }) {
			return true
		}
	}
	return !slices.ContainsFunc(st.actions, func(actions []*Action) bool { return len(actions) > 0 })
}

// knownTo tells whether a key may be one of the service of its prefix.
func knownTo(prefix, key string) bool {
	if FindService(prefix) == nil {
		return true
	}
	_, known := FindKey(prefix, key)
	return known
}

// holdsWithout tells whether a condition holds where the request lacks the key.
func holdsWithout(operator string, values []string) bool {
	switch {
	case strings.HasPrefix(operator, "ForAllValues:"), strings.HasSuffix(operator, "IfExists"):
		return true
	case operator == "Null":
		return slices.Equal(values, []string{"true"})
	}
	return !strings.HasPrefix(operator, "ForAnyValue:") && strings.Contains(operator, "Not")
}

// nearestKey is the key that was meant, among the global ones and those of the statement's actions.
func (st *statement) nearestKey(key string) string {
	globals := GlobalKeys()
	names := make([]string, 0, len(globals))
	for _, k := range globals {
		names = append(names, k.Name)
	}
	for _, actions := range st.actions {
		for _, a := range actions {
			names = append(names, a.ConditionKeys...)
			for _, r := range a.Resources {
				names = append(names, r.ConditionKeys...)
				names = append(names, r.Type.ConditionKeys...)
			}
		}
	}
	near := spelling.Nearest(key, names)
	if strings.EqualFold(near, key) {
		return ""
	}
	return near
}

// arnOperators looks for ARNs that are compared as text, although wildcards and other spellings of one ARN are at work,
// and for texts that are compared as ARNs.
func (c *checker) arnOperators(st *statement) {
	for operator, key := range conditions(st.Condition) {
		_, base, _ := policy.SplitOperator(operator)
		switch {
		case strings.HasPrefix(base, "Arn"):
			c.comparedARNs(st, operator, key)
		case asText[base] != "":
			c.comparedAsText(st, operator, key, base)
		}
	}
}

// asText are the operators that compare texts without wildcards, with those that compare ARNs instead.
var asText = map[string]string{
	"StringEquals": "ArnLike", "StringEqualsIgnoreCase": "ArnLike",
	"StringNotEquals": "ArnNotLike", "StringNotEqualsIgnoreCase": "ArnNotLike",
}

func (c *checker) comparedAsText(st *statement, operator, key, base string) {
	known, ok := FindKey(prefixOf(key), key)
	values := st.Condition[operator][key]
	wild := slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?") })
	if !ok || !strings.HasSuffix(known.Type, "ARN") || !wild && prefixOf(strings.ToLower(key)) != "ecs" {
		return
	}
	f := Finding{
		Code: v1alpha1.WarningStringOperatorOnARN, Correction: "use " + strings.Replace(operator, base, asText[base], 1),
		Reason: fmt.Sprintf("%s holds an ARN, which %s compares as text", key, operator),
	}
	if wild {
		f.Reason = fmt.Sprintf("%s compares %s as text, in which * and ? are no wildcards", operator, key)
	}
	c.at(st, conditionElement(operator, key), -1, nil, f)
}

// comparedARNs looks at the values that a condition compares with an ARN.
func (c *checker) comparedARNs(st *statement, operator, key string) {
	values := st.Condition[operator][key]
	for i, value := range values {
		f, odd := oddARN(value)
		if !odd && neverARN(value) {
			f, odd = Finding{
				Code: v1alpha1.WarningMalformedARN, Severity: Error,
				Reason:     fmt.Sprintf("%s compares with ARNs, and %q is not an ARN", operator, value),
				Correction: "write the whole ARN",
			}, true
		}
		if odd {
			c.at(st, conditionElement(operator, key), i, values, f)
		}
	}
}

// neverARN tells whether no ARN matches a pattern, whatever its variables become.
func neverARN(pattern string) bool {
	before, _, _ := strings.Cut(pattern, "${")
	return !hasVariable(pattern) && policy.Disjoint("arn:*:*:*:*:*", pattern) ||
		policy.Disjoint("arn:*", before+"*")
}

func conditionElement(operator, key string) string { return "Condition." + operator + "[" + key + "]" }
