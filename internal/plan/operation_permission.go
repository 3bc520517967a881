// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// PutRolePolicy creates or replaces an inline policy. Old is empty when it is new.
type PutRolePolicy struct{ Role, Policy, Old, New string }

// Action implements Operation.
func (PutRolePolicy) Action() string                { return "iam:PutRolePolicy" }
func (o PutRolePolicy) Field() string               { return "inline/" + o.Policy }
func (PutRolePolicy) SpecField() string             { return "spec.statements" }
func (PutRolePolicy) Verb() Verb                    { return Changes }
func (PutRolePolicy) Propagates() bool              { return true }
func (o PutRolePolicy) Effect() Effect              { return effectOfDocuments(o.Old, o.New) }
func (PutRolePolicy) ExtraPolicy() string           { return "" }
func (PutRolePolicy) NotFound() string              { return "" }
func (PutRolePolicy) Conflict() string              { return "" }
func (PutRolePolicy) Overtaken() string             { return "" }
func (PutRolePolicy) claims() bool                  { return false }
func (o PutRolePolicy) Asks(Given) bool             { return o.Effect().Widens() }
func (PutRolePolicy) Trust() string                 { return "" }
func (PutRolePolicy) dependsOn(string) []dependence { return nil }

func (o PutRolePolicy) narrowed(got, end iam.Observation) (Operation, bool) {
	if got.Role == nil || end.Role == nil {
		return nil, true
	}
	old := got.Role.InlinePolicies[o.Policy]
	switch text, ok := kept(old, end.Role.InlinePolicies[o.Policy]); {
	case !ok:
		return nil, true
	case text == "":
		return DeleteRolePolicy{Role: o.Role, Policy: o.Policy, Old: old}, true
	default:
		return PutRolePolicy{Role: o.Role, Policy: o.Policy, Old: old, New: text}, true
	}
}

// String implements Operation.
func (o PutRolePolicy) String() string {
	if o.Old == "" {
		return "put inline policy " + o.Policy
	}
	return fmt.Sprintf("change inline policy %s: %s", o.Policy, describe(o.Old, o.New))
}

func (o PutRolePolicy) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) {
		if role.InlinePolicies == nil {
			role.InlinePolicies = map[string]string{}
		}
		role.InlinePolicies[o.Policy] = o.New
	})
}

// DeleteRolePolicy deletes an inline policy.
type DeleteRolePolicy struct{ Role, Policy, Old string }

// Action implements Operation.
func (DeleteRolePolicy) Action() string { return "iam:DeleteRolePolicy" }

func (o DeleteRolePolicy) Field() string                                 { return "inline/" + o.Policy }
func (DeleteRolePolicy) SpecField() string                               { return "spec" }
func (DeleteRolePolicy) Verb() Verb                                      { return Removes }
func (DeleteRolePolicy) Propagates() bool                                { return true }
func (o DeleteRolePolicy) Effect() Effect                                { return effectOfLoss(o.Old) }
func (DeleteRolePolicy) ExtraPolicy() string                             { return "" }
func (DeleteRolePolicy) NotFound() string                                { return "" }
func (DeleteRolePolicy) Conflict() string                                { return "" }
func (DeleteRolePolicy) Overtaken() string                               { return "" }
func (DeleteRolePolicy) claims() bool                                    { return false }
func (o DeleteRolePolicy) Asks(Given) bool                               { return o.Effect() == Widens }
func (DeleteRolePolicy) Trust() string                                   { return "" }
func (DeleteRolePolicy) dependsOn(string) []dependence                   { return nil }
func (DeleteRolePolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeleteRolePolicy) String() string { return "delete inline policy " + o.Policy }

func (o DeleteRolePolicy) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) { delete(role.InlinePolicies, o.Policy) })
}

// AttachRolePolicy attaches a managed policy. New is its document, empty where it is not known.
type AttachRolePolicy struct{ Role, ARN, New string }

// Action implements Operation.
func (AttachRolePolicy) Action() string  { return "iam:AttachRolePolicy" }
func (o AttachRolePolicy) Field() string { return "attached/" + o.ARN }
func (o AttachRolePolicy) SpecField() string {
	return "the ARN " + o.ARN[max(0, strings.LastIndexByte(o.ARN, '/')):] + " in spec.managedPolicies"
}
func (AttachRolePolicy) Verb() Verb       { return Changes }
func (AttachRolePolicy) Propagates() bool { return true }
func (o AttachRolePolicy) Effect() Effect {
	if o.New == "" {
		return Widens
	}
	return effectOfDocuments("", o.New)
}
func (AttachRolePolicy) ExtraPolicy() string { return "" }
func (AttachRolePolicy) NotFound() string {
	return "the policy does not exist or cannot be attached; create it, or correct its ARN in spec.managedPolicies"
}
func (AttachRolePolicy) Conflict() string                                { return "" }
func (AttachRolePolicy) Overtaken() string                               { return "" }
func (AttachRolePolicy) claims() bool                                    { return false }
func (o AttachRolePolicy) Asks(Given) bool                               { return o.Effect().Widens() }
func (AttachRolePolicy) Trust() string                                   { return "" }
func (o AttachRolePolicy) dependsOn(string) []dependence                 { return dependsOnPolicy(o.ARN) }
func (AttachRolePolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o AttachRolePolicy) String() string { return "attach policy " + policyName(o.ARN) }

func (o AttachRolePolicy) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) {
		if !slices.Contains(role.Attached, o.ARN) {
			role.Attached = append(role.Attached, o.ARN)
		}
	})
}

// DetachRolePolicy detaches a managed policy. Old is its document, empty where it is not known.
type DetachRolePolicy struct{ Role, ARN, Old string }

// Action implements Operation.
func (DetachRolePolicy) Action() string    { return "iam:DetachRolePolicy" }
func (o DetachRolePolicy) Field() string   { return "attached/" + o.ARN }
func (DetachRolePolicy) SpecField() string { return "spec" }
func (DetachRolePolicy) Verb() Verb        { return Removes }
func (DetachRolePolicy) Propagates() bool  { return true }
func (o DetachRolePolicy) Effect() Effect {
	return effectOfLoss(o.Old)
}
func (DetachRolePolicy) ExtraPolicy() string                             { return "" }
func (DetachRolePolicy) NotFound() string                                { return "" }
func (DetachRolePolicy) Conflict() string                                { return "" }
func (DetachRolePolicy) Overtaken() string                               { return "" }
func (DetachRolePolicy) claims() bool                                    { return false }
func (o DetachRolePolicy) Asks(Given) bool                               { return o.Effect() == Widens }
func (DetachRolePolicy) Trust() string                                   { return "" }
func (DetachRolePolicy) dependsOn(string) []dependence                   { return nil }
func (DetachRolePolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DetachRolePolicy) String() string { return "detach policy " + policyName(o.ARN) }

func (o DetachRolePolicy) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) {
		role.Attached = slices.DeleteFunc(role.Attached, func(arn string) bool { return arn == o.ARN })
	})
}
