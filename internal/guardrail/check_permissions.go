// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// sample is a place in which every placeholder has a value.
var sample = Values{Account: "a", Namespace: "n", AccountID: "111122223333", Partition: "aws", Region: "eu-west-1"}

// checkPermissions returns what is wrong with the rules about permissions.
func checkPermissions(g *v1alpha1.Guardrails) field.ErrorList {
	c := &checking{}
	for i, rule := range g.Allow {
		at := guardrailsPath.Child("allow").Index(i)
		c.actions(at.Child("actions"), rule.Actions)
		c.resources(at.Child("resources"), rule.Resources)
		c.condition(at.Child("requireCondition"), rule.RequireCondition)
	}
	for i, rule := range g.Deny {
		at := guardrailsPath.Child("deny").Index(i)
		c.actions(at.Child("actions"), rule.Actions)
		c.resources(at.Child("resources"), rule.Resources)
	}
	for i, rule := range g.Trust {
		at := guardrailsPath.Child("trust").Index(i)
		c.actions(at.Child("actions"), rule.Actions)
		c.condition(at.Child("requireCondition"), rule.RequireCondition)
		patternsIn(c, at.Child("principals", "aws"), rule.Principals.AWS)
		patternsIn(c, at.Child("principals", "services"), rule.Principals.Services)
		patternsIn(c, at.Child("principals", "federated"), rule.Principals.Federated)
	}
	c.resources(guardrailsPath.Child("managedPolicyARNs"), g.ManagedPolicyARNs)
	c.resources(guardrailsPath.Child("protectedARNs"), g.ProtectedARNs)
	for i, rule := range g.Tags {
		at := guardrailsPath.Child("tags").Index(i)
		c.pattern(at.Child("key"), rule.Key)
		patternsIn(c, at.Child("values"), rule.Values)
	}
	if g.Ignore != nil {
		at := guardrailsPath.Child("ignore")
		patternsIn(c, at.Child("tags"), g.Ignore.Tags)
		patternsIn(c, at.Child("inlinePolicies"), g.Ignore.InlinePolicies)
		patternsIn(c, at.Child("managedPolicyARNs"), g.Ignore.ManagedPolicyARNs)
		patternsIn(c, at.Child("attachments"), g.Ignore.Attachments)
	}
	c.pattern(guardrailsPath.Child("permissionsBoundary"), g.PermissionsBoundary)
	return c.errs
}

// checking collects what is wrong.
type checking struct{ errs field.ErrorList }

func (c *checking) invalid(at *field.Path, value, advice string) {
	if advice != "" {
		c.errs = append(c.errs, field.Invalid(at, value, advice))
	}
}

func (c *checking) pattern(at *field.Path, text string) { c.invalid(at, text, patternAdvice(text)) }

func patternsIn[T ~string](c *checking, at *field.Path, list []T) {
	for i, text := range list {
		c.pattern(at.Index(i), string(text))
	}
}

func (c *checking) actions(at *field.Path, list []v1alpha1.ActionPattern) {
	for i, text := range list {
		c.invalid(at.Index(i), string(text), actionAdvice(string(text)))
	}
}

func (c *checking) resources(at *field.Path, list []v1alpha1.ResourcePattern) {
	for i, text := range list {
		expanded, err := sample.expand(string(text))
		if err != nil {
			c.invalid(at.Index(i), string(text), err.Error())
			continue
		}
		c.invalid(at.Index(i), string(text), resourceAdvice(expanded))
	}
}

func (c *checking) condition(at *field.Path, condition v1alpha1.RequiredCondition) {
	for _, operator := range slices.Sorted(maps.Keys(condition)) {
		c.invalid(at.Key(operator), operator, operatorAdvice(operator))
		for _, key := range slices.Sorted(maps.Keys(condition[operator])) {
			patternsIn(c, at.Key(operator).Key(key), condition[operator][key])
		}
	}
}
