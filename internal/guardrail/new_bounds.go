// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import "github.com/ecsiam/ecs-iam-controller/api/v1alpha1"

// NewBounds returns the guardrails of an account, those of none for nil, at a place.
func NewBounds(spec *v1alpha1.AWSAccountSpec, values Values, managing Managing) *Bounds {
	b := &Bounds{values: values, managing: managing, known: map[string]*known{}}
	if spec != nil && spec.Guardrails != nil {
		b.spec = *spec.Guardrails
	}
	b.restricted = b.spec.Mode != v1alpha1.GuardrailModeUnrestricted
	for i, rule := range b.spec.Allow {
		b.allow = append(b.allow, b.allowed(guardrailsPath.Child("allow").Index(i), rule))
	}
	for i, rule := range b.spec.Deny {
		b.deny = append(b.deny, b.denied(guardrailsPath.Child("deny").Index(i), rule))
	}
	for i, rule := range b.spec.Trust {
		b.trust = append(b.trust, b.trustOf(guardrailsPath.Child("trust").Index(i), rule))
	}
	b.policies = b.resources(b.spec.ManagedPolicyARNs)
	b.protected = b.resources(b.spec.ProtectedARNs)
	return b
}
