// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// AttachUserPolicy attaches a managed policy to a user.
type AttachUserPolicy struct{ User, ARN string }

// Action implements Operation.
func (AttachUserPolicy) Action() string      { return "iam:AttachUserPolicy" }
func (o AttachUserPolicy) Field() string     { return "attached/user/" + o.User }
func (AttachUserPolicy) SpecField() string   { return "spec.attachTo" }
func (AttachUserPolicy) Verb() Verb          { return Changes }
func (AttachUserPolicy) Propagates() bool    { return true }
func (AttachUserPolicy) Effect() Effect      { return Widens }
func (AttachUserPolicy) ExtraPolicy() string { return userGroupPolicy }
func (o AttachUserPolicy) NotFound() string {
	return "there is no such user; create it, or correct spec.attachTo.users"
}
func (AttachUserPolicy) Conflict() string                                { return "" }
func (AttachUserPolicy) Overtaken() string                               { return "" }
func (AttachUserPolicy) claims() bool                                    { return false }
func (AttachUserPolicy) Asks(Given) bool                                 { return true }
func (AttachUserPolicy) Trust() string                                   { return "" }
func (AttachUserPolicy) dependsOn(string) []dependence                   { return nil }
func (AttachUserPolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o AttachUserPolicy) String() string { return "attach the policy to user " + o.User }

func (o AttachUserPolicy) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Users = append(p.Users, o.User) })
}

// DetachUserPolicy detaches a managed policy from a user. Old is its document, empty where it is not known.
type DetachUserPolicy struct{ User, ARN, Old string }

// Action implements Operation.
func (DetachUserPolicy) Action() string { return "iam:DetachUserPolicy" }

func (o DetachUserPolicy) Field() string                                 { return "attached/user/" + o.User }
func (DetachUserPolicy) SpecField() string                               { return "spec" }
func (DetachUserPolicy) Verb() Verb                                      { return Removes }
func (DetachUserPolicy) Propagates() bool                                { return true }
func (o DetachUserPolicy) Effect() Effect                                { return effectOfLoss(o.Old) }
func (DetachUserPolicy) ExtraPolicy() string                             { return userGroupPolicy }
func (DetachUserPolicy) NotFound() string                                { return "" }
func (DetachUserPolicy) Conflict() string                                { return "" }
func (DetachUserPolicy) Overtaken() string                               { return "" }
func (DetachUserPolicy) claims() bool                                    { return false }
func (DetachUserPolicy) Asks(Given) bool                                 { return false }
func (DetachUserPolicy) Trust() string                                   { return "" }
func (DetachUserPolicy) dependsOn(string) []dependence                   { return nil }
func (DetachUserPolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DetachUserPolicy) String() string { return "detach the policy from user " + o.User }

func (o DetachUserPolicy) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Users = without(p.Users, []string{o.User}) })
}

// AttachGroupPolicy attaches a managed policy to a group.
type AttachGroupPolicy struct{ Group, ARN string }

// Action implements Operation.
func (AttachGroupPolicy) Action() string      { return "iam:AttachGroupPolicy" }
func (o AttachGroupPolicy) Field() string     { return "attached/group/" + o.Group }
func (AttachGroupPolicy) SpecField() string   { return "spec.attachTo" }
func (AttachGroupPolicy) Verb() Verb          { return Changes }
func (AttachGroupPolicy) Propagates() bool    { return true }
func (AttachGroupPolicy) Effect() Effect      { return Widens }
func (AttachGroupPolicy) ExtraPolicy() string { return userGroupPolicy }
func (o AttachGroupPolicy) NotFound() string {
	return "there is no such group; create it, or correct spec.attachTo.groups"
}
func (AttachGroupPolicy) Conflict() string                                { return "" }
func (AttachGroupPolicy) Overtaken() string                               { return "" }
func (AttachGroupPolicy) claims() bool                                    { return false }
func (AttachGroupPolicy) Asks(Given) bool                                 { return true }
func (AttachGroupPolicy) Trust() string                                   { return "" }
func (AttachGroupPolicy) dependsOn(string) []dependence                   { return nil }
func (AttachGroupPolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o AttachGroupPolicy) String() string { return "attach the policy to group " + o.Group }

func (o AttachGroupPolicy) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Groups = append(p.Groups, o.Group) })
}

// DetachGroupPolicy detaches a managed policy from a group. Old is its document, empty where it is not known.
type DetachGroupPolicy struct{ Group, ARN, Old string }

// Action implements Operation.
func (DetachGroupPolicy) Action() string { return "iam:DetachGroupPolicy" }

func (o DetachGroupPolicy) Field() string                                 { return "attached/group/" + o.Group }
func (DetachGroupPolicy) SpecField() string                               { return "spec" }
func (DetachGroupPolicy) Verb() Verb                                      { return Removes }
func (DetachGroupPolicy) Propagates() bool                                { return true }
func (o DetachGroupPolicy) Effect() Effect                                { return effectOfLoss(o.Old) }
func (DetachGroupPolicy) ExtraPolicy() string                             { return userGroupPolicy }
func (DetachGroupPolicy) NotFound() string                                { return "" }
func (DetachGroupPolicy) Conflict() string                                { return "" }
func (DetachGroupPolicy) Overtaken() string                               { return "" }
func (DetachGroupPolicy) claims() bool                                    { return false }
func (DetachGroupPolicy) Asks(Given) bool                                 { return false }
func (DetachGroupPolicy) Trust() string                                   { return "" }
func (DetachGroupPolicy) dependsOn(string) []dependence                   { return nil }
func (DetachGroupPolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DetachGroupPolicy) String() string { return "detach the policy from group " + o.Group }

func (o DetachGroupPolicy) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Groups = without(p.Groups, []string{o.Group}) })
}

// WithdrawFromRole detaches a managed policy from a role that is not to have it. It is the call of
// DetachRolePolicy, seen from the policy: it names the role where that one names the policy. Old is its document, empty
// where it is not known.
type WithdrawFromRole struct{ Role, ARN, Old string }

// Action implements Operation.
func (WithdrawFromRole) Action() string { return "iam:DetachRolePolicy" }

func (o WithdrawFromRole) Field() string                                 { return "attached/role/" + o.Role }
func (WithdrawFromRole) SpecField() string                               { return "spec" }
func (WithdrawFromRole) Verb() Verb                                      { return Removes }
func (WithdrawFromRole) Propagates() bool                                { return true }
func (o WithdrawFromRole) Effect() Effect                                { return effectOfLoss(o.Old) }
func (WithdrawFromRole) ExtraPolicy() string                             { return "" }
func (WithdrawFromRole) NotFound() string                                { return "" }
func (WithdrawFromRole) Conflict() string                                { return "" }
func (WithdrawFromRole) Overtaken() string                               { return "" }
func (WithdrawFromRole) claims() bool                                    { return false }
func (WithdrawFromRole) Asks(Given) bool                                 { return false }
func (WithdrawFromRole) Trust() string                                   { return "" }
func (WithdrawFromRole) dependsOn(string) []dependence                   { return nil }
func (WithdrawFromRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o WithdrawFromRole) String() string { return "detach the policy from role " + o.Role }

func (o WithdrawFromRole) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Roles = without(p.Roles, []string{o.Role}) })
}

// without are the names that are not among the others, sorted, each once. IAM's names ignore case.
func without(names, others []string) []string {
	var left []string
	for _, name := range sortedSet(names) {
		if !containsFold(others, name) && !containsFold(left, name) {
			left = append(left, name)
		}
	}
	return left
}

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(other, name) })
}
