// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Bounds are the guardrails of an account for the objects of one namespace, made ready for judging many documents. They
// are not for use by several goroutines.
type Bounds struct {
	values     Values
	spec       v1alpha1.Guardrails
	restricted bool
	managing   Managing
	known      map[string]*known // what is known of actions, kept

	allow, deny []permission
	trust       []trustRule
	policies    []policy.Term // managed policies that may be attached
	protected   []policy.Term
}

// known is what is known of a pattern of actions.
type known struct {
	term policy.Term
	// formed says that it is of one service.
	formed bool
	// raises is what Managing.escalates says.
	raises string
	// allowing are the rules of allow, by their index, that cover it.
	allowing []int
	// members are the members of paths that it covers.
	members []string
}

// action is what is known of a pattern of actions.
func (b *Bounds) action(text string) *known {
	if k := b.known[text]; k != nil {
		return k
	}
	k := &known{term: policy.ActionTerm(text), formed: text != everything && actionForm.MatchString(text)}
	k.raises = b.managing.escalates(k.term)
	for i := range b.allow {
		if policy.CoversAny(b.allow[i].actions, k.term) {
			k.allowing = append(k.allowing, i)
		}
	}
	for _, p := range paths {
		for _, group := range p.groups {
			for _, member := range group {
				if k.term.Covers(member) {
					k.members = append(k.members, member.Key())
				}
			}
		}
	}
	b.known[text] = k
	return k
}

// guardrailsPath is where the rules stand in an AWSAccount.
var guardrailsPath = field.NewPath("spec", "guardrails")

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

// Restricted reports whether nothing is permitted but what the guardrails say.
func (b *Bounds) Restricted() bool { return b.restricted }

// Boundary is the permissions boundary that every role has, empty for none. ok is false where it cannot be said.
func (b *Bounds) Boundary() (arn string, ok bool) {
	arn, err := b.values.expand(b.spec.PermissionsBoundary)
	return arn, err == nil
}

// Protects reports whether the account protects an entity of an ARN. ARNs are compared without regard to case, as IAM
// compares names.
func (b *Bounds) Protects(arn string) bool {
	return policy.MeetsAny(b.protected, policy.ResourceTerm(arn))
}

// resources are the patterns of a list; those that cannot be read match nothing.
func (b *Bounds) resources(list []v1alpha1.ResourcePattern) []policy.Term {
	var terms []policy.Term
	for _, pattern := range list {
		if text, err := b.values.expand(string(pattern)); err == nil {
			terms = append(terms, policy.ResourceTerm(text))
		}
	}
	return terms
}

// Admits reports whether objects may have a role type.
func (b *Bounds) Admits(kind v1alpha1.RoleType) bool {
	return len(b.spec.Types) == 0 || slices.Contains(b.spec.Types, kind)
}

// Retains reports whether objects of an account may have the deletion policy Retain.
func Retains(account *v1alpha1.AWSAccountSpec) bool {
	g := account.Guardrails
	return g != nil && (g.Mode == v1alpha1.GuardrailModeUnrestricted ||
		slices.Contains(g.DeletionPolicies, v1alpha1.DeletionRetain))
}

// retains is Retains of the account.
func (b *Bounds) retains() bool { return Retains(&v1alpha1.AWSAccountSpec{Guardrails: &b.spec}) }

// rule names a guardrail of the account in messages.
func (b *Bounds) rule(path *field.Path) string {
	return path.String() + " of AWSAccount " + b.values.Account
}
