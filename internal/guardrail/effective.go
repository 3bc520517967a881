// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// effective replaces placeholders.
type effective struct{ values Values }

// Effective are the guardrails of an account as they are in force for a namespace, for people and programs to read:
// placeholders are replaced, the names are those of the namespace, and patterns that are malformed are left out, as
// they give nothing: a rule may be left with none. A rule of deny that is malformed forbids everything.
func Effective(account *v1alpha1.AWSAccountSpec, values Values) v1alpha1.Guardrails {
	var g v1alpha1.Guardrails
	if account.Guardrails != nil {
		g = *account.Guardrails.DeepCopy()
	}
	if g.Mode == "" {
		g.Mode = v1alpha1.GuardrailModeRestricted
	}
	g.MaxRolesPerNamespace = int32(MaxRoles(account))
	if len(g.DeletionPolicies) == 0 && g.Mode == v1alpha1.GuardrailModeRestricted {
		g.DeletionPolicies = []v1alpha1.DeletionPolicy{v1alpha1.DeletionDelete}
	}
	e := effective{values}
	g.PermissionsBoundary = e.text(g.PermissionsBoundary)
	g.RolePath = v1alpha1.RolePathPattern(e.text(string(g.RolePath)))
	g.DefaultNamePattern = ""
	if naming := desired.NamingOf(account); !naming.Malformed() {
		g.DefaultNamePattern = v1alpha1.DefaultNamePattern(naming.Default(values.Namespace, "*"))
	}
	g.Names = e.names(g.Names)
	g.Allow, g.Deny, g.Trust = e.allow(g.Allow), e.deny(g.Deny), e.trust(g.Trust)
	g.ManagedPolicyARNs, g.ProtectedARNs = expandEach(e, g.ManagedPolicyARNs), expandEach(e, g.ProtectedARNs)
	for i := range g.Tags {
		g.Tags[i].Key, g.Tags[i].Values = e.text(g.Tags[i].Key), expandEach(e, g.Tags[i].Values)
	}
	g.Tags = slices.DeleteFunc(g.Tags, func(r v1alpha1.TagRule) bool { return r.Key == "" })
	if i := g.Ignore; i != nil {
		i.Tags, i.InlinePolicies = expandEach(e, i.Tags), expandEach(e, i.InlinePolicies)
		i.ManagedPolicyARNs, i.Attachments = expandEach(e, i.ManagedPolicyARNs), expandEach(e, i.Attachments)
	}
	if a := g.AttachTo; a != nil {
		a.Users, a.Groups = e.named(a.Users), e.named(a.Groups)
	}
	return g
}

// named are patterns of users or groups, in which {namespace} may stand anywhere.
func (e effective) named(list []v1alpha1.EntityNamePattern) []v1alpha1.EntityNamePattern {
	for i, pattern := range list {
		list[i] = v1alpha1.EntityNamePattern(strings.ReplaceAll(string(pattern), placeholderNamespace, e.values.Namespace))
	}
	return list
}

// text is a pattern with its placeholders replaced, empty for one that is malformed. What has no value stays.
func (e effective) text(pattern string) string {
	if patternAdvice(pattern) != "" {
		return ""
	}
	if text, err := e.values.expand(pattern); err == nil {
		return text
	}
	return pattern
}

func expandEach[T ~string](e effective, list []T) []T {
	var expanded []T
	for _, pattern := range list {
		if text := e.text(string(pattern)); text != "" {
			expanded = append(expanded, T(text))
		}
	}
	return expanded
}

// names are the rules that give the namespace names.
func (e effective) names(rules []v1alpha1.NameRule) []v1alpha1.NameRule {
	var given []v1alpha1.NameRule
	for _, rule := range rules {
		namespace := v1alpha1.NamespaceName(e.values.Namespace)
		if !slices.Contains(rule.Namespaces, namespace) || NamePatternAdvice(string(rule.NamePattern)) != "" {
			continue
		}
		rule.Namespaces = []v1alpha1.NamespaceName{namespace}
		rule.NamePattern = v1alpha1.EntityNamePattern(e.text(string(rule.NamePattern)))
		given = append(given, rule)
	}
	return given
}

func (e effective) allow(rules []v1alpha1.PermissionRule) []v1alpha1.PermissionRule {
	for i := range rules {
		rule := &rules[i]
		rule.Actions = sound(rule.Actions)
		rule.Resources = slices.DeleteFunc(expandEach(e, rule.Resources), func(r v1alpha1.ResourcePattern) bool {
			return resourceAdvice(string(r)) != ""
		})
		rule.RequireCondition = e.condition(rule.RequireCondition)
	}
	return rules
}

func (e effective) deny(rules []v1alpha1.DenialRule) []v1alpha1.DenialRule {
	for i := range rules {
		rule := &rules[i]
		if len(sound(rule.Actions)) < len(rule.Actions) {
			rule.Actions = []v1alpha1.ActionPattern{everything}
		}
		if expanded := expandEach(e, rule.Resources); len(expanded) == len(rule.Resources) {
			rule.Resources = expanded
		} else {
			rule.Resources = []v1alpha1.ResourcePattern{everything}
		}
	}
	return rules
}

func (e effective) trust(rules []v1alpha1.TrustRule) []v1alpha1.TrustRule {
	for i := range rules {
		p := &rules[i].Principals
		p.AWS, p.Services, p.Federated = expandEach(e, p.AWS), expandEach(e, p.Services), expandEach(e, p.Federated)
		rules[i].Actions = sound(rules[i].Actions)
		rules[i].RequireCondition = e.condition(rules[i].RequireCondition)
	}
	return rules
}

func (e effective) condition(c v1alpha1.RequiredCondition) v1alpha1.RequiredCondition {
	for _, keys := range c {
		for key, values := range keys {
			keys[key] = expandEach(e, values)
		}
	}
	return c
}

// sound are the patterns of actions that can be read.
func sound(list []v1alpha1.ActionPattern) []v1alpha1.ActionPattern {
	return slices.DeleteFunc(slices.Clone(list), func(a v1alpha1.ActionPattern) bool {
		return actionAdvice(string(a)) != ""
	})
}
