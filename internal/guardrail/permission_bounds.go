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

// guardrailsPath is where the rules stand in an AWSAccount.
var guardrailsPath = field.NewPath("spec", "guardrails")

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

// permission is a rule of allow or deny.
type permission struct {
	path               string
	actions, resources []policy.Term
	// bounded are the resources on which a rule can lift the refusal of an action that raises permissions.
	bounded  []policy.Term
	required policy.Condition
}

// everything is what a pattern of a deny rule stands for that cannot be read.
const everything = "*"

// trustRule is a rule of trust.
type trustRule struct {
	principals map[principalKind][]policy.Term
	actions    []policy.Term
	required   policy.Condition
}

type principalKind string
