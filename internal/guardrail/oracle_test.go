// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// universe are all actions of some services, and some that AWS has not invented yet. The oracle expands patterns over
// it, by matching texts and nothing else.
var universe = func() []string {
	var all []string
	for _, service := range []string{"s3", "sqs", "kms", "iam", "sts"} {
		for _, a := range authz.Actions(service + ":*") {
			all = append(all, a.String())
		}
		for _, invented := range []string{"GetTomorrow", "Tomorrow", "PutTomorrow", "AssumeTomorrow"} {
			all = append(all, service+":"+invented)
		}
	}
	return append(all, "tomorrow:Get", "tomorrow:Become")
}()

var resources = []string{
	"arn:aws:s3:::payments.a/x", "arn:aws:s3:::payments.b", "arn:aws:s3:::shop.a/x", "arn:aws:sqs:eu-west-1:111122223333:payments",
	"arn:aws:iam::111122223333:role/payments_a", "arn:aws:iam::111122223333:role/admin",
	"arn:aws:kms:eu-west-1:111122223333:key/1",
}

// raisesByData reports whether an action raises permissions, by the data of AWS and the invented actions.
func raisesByData(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	if found := authz.FindAction(action); found != nil {
		writes := found.Access.Has(authz.Write) || found.Access.Has(authz.Tagging)
		return found.Access.Has(authz.PermissionsManagement) || writes && slices.Contains([]string{"iam", "sts"}, service)
	}
	return slices.Contains([]string{"iam", "sts"}, service) && !strings.HasPrefix(name, "Get")
}

func managingByData(service string) []string {
	var names []string
	for _, a := range authz.Actions(service + ":*") {
		if a.Access.Has(authz.PermissionsManagement) {
			names = append(names, a.Name)
		}
	}
	return names
}

// patternOf draws a pattern that matches a text, or nearly.
func patternOf(t *rapid.T, texts []string, label string) string {
	text := rapid.SampledFrom(texts).Draw(t, label)
	colon := strings.IndexByte(text, ':') + 1
	switch rapid.IntRange(0, 5).Draw(t, label+" shape") {
	case 0:
		return text
	case 1:
		return text[:rapid.IntRange(colon, len(text)).Draw(t, "cut")] + "*"
	case 2:
		at := rapid.IntRange(colon, len(text)-1).Draw(t, "at")
		return text[:at] + "?" + text[at+1:]
	case 3:
		from := rapid.IntRange(colon, len(text)).Draw(t, "from")
		to := rapid.IntRange(from, len(text)).Draw(t, "to")
		return text[:from] + "*" + text[to:]
	case 4:
		return strings.ToUpper(text[:colon]) + text[colon:]
	}
	return "*"
}

func list[T ~string](t *rapid.T, texts []string, label string) []T {
	var patterns []T
	for range rapid.IntRange(1, 3).Draw(t, label+" count") {
		p := patternOf(t, texts, label)
		if strings.HasPrefix(label, "resource") && p != "*" && strings.Count(p, ":") < 5 {
			p = "*"
		}
		patterns = append(patterns, T(p))
	}
	return patterns
}

// within reports whether one of the rules matches an action on a resource and, where the action raises permissions,
// spells it out on a resource that it bounds.
func within(rules []v1alpha1.PermissionRule, action, resource string) bool {
	return slices.ContainsFunc(rules, func(r v1alpha1.PermissionRule) bool {
		return slices.ContainsFunc(r.Actions, func(a v1alpha1.ActionPattern) bool {
			spelt := strings.EqualFold(string(a), action)
			return glob.MatchesFold(string(a), action) && (spelt || !raisesByData(action))
		}) && slices.ContainsFunc(r.Resources, func(p v1alpha1.ResourcePattern) bool {
			return glob.Matches(string(p), resource) && (p != "*" || !raisesByData(action))
		})
	})
}

// mayRaise reports whether some action that patterns match raises permissions, or may not be told.
func mayRaise(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == "*" || slices.ContainsFunc(universe, func(action string) bool {
			unknown := strings.HasPrefix(action, "sts:") && strings.Contains(action, "Tomorrow")
			return glob.MatchesFold(p, action) && (unknown || raisesByData(action))
		}) || slices.ContainsFunc([]string{"iam", "sts"}, func(service string) bool {
			return strings.HasPrefix(strings.ToLower(p), service+":") && strings.ContainsAny(p, "*?")
		})
	})
}

// permits are the actions and resources that the statement matches, by the oracle.
func permits(s policy.Statement, yield func(action, resource string) bool) {
	for _, action := range universe {
		if !slices.ContainsFunc(s.Actions, func(p string) bool { return glob.MatchesFold(p, action) }) {
			continue
		}
		for _, resource := range resources {
			matches := slices.ContainsFunc(s.Resources, func(p string) bool { return glob.Matches(p, resource) })
			if matches && !yield(action, resource) {
				return
			}
		}
	}
}

// enough is the number of cases of which some must have been accepted.
const enough = 100

func TestNoStatementEscapesTheRulesByTheOracle(t *testing.T) {
	accepted, tried := 0, 0
	laws.Check(t, func(t *rapid.T) {
		var rules []v1alpha1.PermissionRule
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			rules = append(rules, v1alpha1.PermissionRule{
				Actions:   list[v1alpha1.ActionPattern](t, universe, "rule action"),
				Resources: list[v1alpha1.ResourcePattern](t, resources, "resource of rule"),
			})
		}
		var deny []v1alpha1.DenialRule
		if rapid.Bool().Draw(t, "denies") {
			deny = append(deny, v1alpha1.DenialRule{
				Actions:   list[v1alpha1.ActionPattern](t, universe, "denied action"),
				Resources: list[v1alpha1.ResourcePattern](t, resources, "resource denied"),
			})
		}
		s := policy.Statement{
			Effect: policy.Allow, Actions: list[string](t, universe, "action"), Resources: list[string](t, resources, "resource"),
		}
		asRuled := len(rules) > 0 && rapid.Bool().Draw(t, "as a rule has it")
		if asRuled {
			s.Actions, s.Resources = nil, nil
			for _, a := range rules[0].Actions {
				s.Actions = append(s.Actions, string(a))
			}
			for _, r := range rules[0].Resources {
				s.Resources = append(s.Resources, string(r))
			}
		}
		tried++
		b := guardrail.NewBounds(&v1alpha1.AWSAccountSpec{Guardrails: guardrails(v1alpha1.PermissionGuardrails{
			Allow: rules, Deny: deny,
		})}, place, managingByData)
		found := b.Judge(role(statement(s)))
		escapes := ""
		permits(s, func(action, resource string) bool {
			inside := within(rules, action, resource) || len(rules) == 0 && !raisesByData(action)
			denied := slices.ContainsFunc(deny, func(d v1alpha1.DenialRule) bool {
				return slices.ContainsFunc(d.Actions, func(a v1alpha1.ActionPattern) bool {
					return glob.MatchesFold(string(a), action)
				}) && slices.ContainsFunc(d.Resources, func(p v1alpha1.ResourcePattern) bool {
					return glob.Matches(string(p), resource)
				})
			})
			if !inside || denied {
				escapes = action + " on " + resource
			}
			return escapes == ""
		})
		if len(found) == 0 && escapes != "" {
			t.Fatalf("%v on %v passes %v without %v, and permits %s", s.Actions, s.Resources, rules, deny, escapes)
		}
		if len(found) == 0 {
			accepted++
		}
		// What a rule has word for word lies within it.
		written := func(r string) bool { return r == "*" || strings.HasPrefix(r, "arn:") }
		asRuled = asRuled && !slices.ContainsFunc(s.Resources, func(r string) bool { return !written(r) })
		if asRuled && escapes == "" && len(found) > 0 && len(deny) == 0 && !mayRaise(s.Actions) {
			t.Fatalf("%v on %v is refused although a rule has it so: %s", s.Actions, s.Resources, guardrail.Messages(found))
		}
		// What is spelt out is decidable: it is refused for what it permits, or not at all.
		spelt := !strings.ContainsAny(strings.Join(append(slices.Clone(s.Actions), s.Resources...), ""), "*?") &&
			!slices.ContainsFunc(s.Resources, func(r string) bool { return !strings.HasPrefix(r, "arn:") })
		if spelt && escapes == "" && len(found) > 0 && !slices.ContainsFunc(s.Actions, raisesByData) && len(deny) == 0 {
			t.Fatalf("%v on %v is refused although %v allow it: %s", s.Actions, s.Resources, rules, guardrail.Messages(found))
		}
	})
	if accepted == 0 && tried >= enough {
		t.Error("no statement was accepted, so that nothing was shown")
	}
}
