// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreateRole creates the role with path, trust policy, description, session duration, boundary and tags in one call.
type CreateRole struct{ Role iam.Role }

// Action implements Operation.
func (CreateRole) Action() string      { return "iam:CreateRole" }
func (CreateRole) Field() string       { return "role" }
func (CreateRole) SpecField() string   { return "spec.trust or the names and tags in spec" }
func (CreateRole) Verb() Verb          { return Creates }
func (CreateRole) Propagates() bool    { return true }
func (CreateRole) Effect() Effect      { return Widens }
func (CreateRole) ExtraPolicy() string { return "" }
func (CreateRole) NotFound() string {
	return "the permissions boundary does not exist; create it, or correct spec.permissionsBoundary"
}

func (CreateRole) Conflict() string {
	return "a role of this name exists, possibly with different capitalization; " +
		"choose another name in a new object, or delete that role"
}
func (CreateRole) Overtaken() string                               { return "" }
func (CreateRole) claims() bool                                    { return false }
func (CreateRole) Asks(Given) bool                                 { return true }
func (o CreateRole) Trust() string                                 { return o.Role.Trust }
func (CreateRole) dependsOn(string) []dependence                   { return nil }
func (CreateRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o CreateRole) String() string { return "create role " + o.Role.Name }

func (o CreateRole) apply(next *iam.Observation) {
	created := cloneRole(o.Role)
	next.Role = &created
}

// UpdateRole sets description and session duration.
type UpdateRole struct {
	Role                              string
	OldDescription, Description       string
	OldSessionSeconds, SessionSeconds int32
}

// Action implements Operation.
func (UpdateRole) Action() string    { return "iam:UpdateRole" }
func (UpdateRole) Field() string     { return "settings" }
func (UpdateRole) SpecField() string { return "spec" }
func (UpdateRole) Verb() Verb        { return Changes }
func (UpdateRole) Propagates() bool  { return false }
func (o UpdateRole) Effect() Effect {
	switch {
	case o.SessionSeconds > o.OldSessionSeconds:
		return Widens
	case o.SessionSeconds < o.OldSessionSeconds:
		return Narrows
	}
	return Neutral
}
func (UpdateRole) ExtraPolicy() string                             { return "" }
func (UpdateRole) NotFound() string                                { return "" }
func (UpdateRole) Conflict() string                                { return "" }
func (UpdateRole) Overtaken() string                               { return "" }
func (UpdateRole) claims() bool                                    { return false }
func (o UpdateRole) Asks(Given) bool                               { return o.Effect().Widens() }
func (UpdateRole) Trust() string                                   { return "" }
func (UpdateRole) dependsOn(string) []dependence                   { return nil }
func (UpdateRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o UpdateRole) String() string {
	var changes []string
	if o.OldDescription != o.Description {
		changes = append(changes, "description")
	}
	if o.OldSessionSeconds != o.SessionSeconds {
		changes = append(changes,
			fmt.Sprintf("session duration from %d to %d seconds", o.OldSessionSeconds, o.SessionSeconds))
	}
	return "change " + strings.Join(changes, " and ")
}

func (o UpdateRole) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) {
		role.Description, role.MaxSessionSeconds = o.Description, o.SessionSeconds
	})
}

// UpdateTrustPolicy replaces the trust policy.
type UpdateTrustPolicy struct{ Role, Old, New string }

// Action implements Operation.
func (UpdateTrustPolicy) Action() string      { return "iam:UpdateAssumeRolePolicy" }
func (UpdateTrustPolicy) Field() string       { return "trust" }
func (UpdateTrustPolicy) SpecField() string   { return "spec.trust or the names and tags in spec" }
func (UpdateTrustPolicy) Verb() Verb          { return Changes }
func (UpdateTrustPolicy) Propagates() bool    { return true }
func (o UpdateTrustPolicy) Effect() Effect    { return effectOfDocuments(o.Old, o.New) }
func (UpdateTrustPolicy) ExtraPolicy() string { return "" }
func (UpdateTrustPolicy) NotFound() string    { return "" }
func (UpdateTrustPolicy) Conflict() string    { return "" }
func (UpdateTrustPolicy) Overtaken() string   { return "" }
func (UpdateTrustPolicy) claims() bool        { return false }
func (o UpdateTrustPolicy) Asks(Given) bool   { return o.Effect().Widens() }
func (o UpdateTrustPolicy) Trust() string     { return o.New }
func (o UpdateTrustPolicy) dependsOn(account string) []dependence {
	return dependsOnPrincipals(o.Role, o.Old, o.New, account)
}

func (o UpdateTrustPolicy) narrowed(got, end iam.Observation) (Operation, bool) {
	if got.Role == nil || end.Role == nil {
		return nil, true
	}
	if text, ok := kept(got.Role.Trust, end.Role.Trust); ok && text != "" {
		return UpdateTrustPolicy{Role: o.Role, Old: got.Role.Trust, New: text}, true
	}
	return nil, true
}

// String implements Operation.
func (o UpdateTrustPolicy) String() string {
	return "change the trust policy: " + describe(o.Old, o.New)
}

func (o UpdateTrustPolicy) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) { role.Trust = o.New })
}

// SetBoundary sets or replaces the permissions boundary. The documents are empty where they are not known.
type SetBoundary struct{ Role, Old, New, OldDocument, NewDocument string }

// Action implements Operation.
func (SetBoundary) Action() string    { return "iam:PutRolePermissionsBoundary" }
func (SetBoundary) Field() string     { return "boundary" }
func (SetBoundary) SpecField() string { return "spec.permissionsBoundary" }
func (SetBoundary) Verb() Verb        { return Changes }
func (SetBoundary) Propagates() bool  { return true }
func (o SetBoundary) Effect() Effect {
	switch {
	case o.Old == "":
		return Narrows
	case o.OldDocument == "" || o.NewDocument == "":
		return Widens | Narrows
	}
	return effectOfDocuments(o.OldDocument, o.NewDocument)
}
func (SetBoundary) ExtraPolicy() string { return "" }
func (SetBoundary) NotFound() string {
	return "the policy does not exist; create it, or correct spec.permissionsBoundary"
}
func (SetBoundary) Conflict() string  { return "" }
func (SetBoundary) Overtaken() string { return "" }
func (SetBoundary) claims() bool      { return false }
func (o SetBoundary) Asks(g Given) bool {
	return o.Effect().Widens() && o.New != g.Boundary
}
func (SetBoundary) Trust() string                                   { return "" }
func (o SetBoundary) dependsOn(string) []dependence                 { return dependsOnPolicy(o.New) }
func (SetBoundary) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o SetBoundary) String() string {
	if o.Old == "" {
		return "set the permissions boundary " + policyName(o.New)
	}
	return fmt.Sprintf("change the permissions boundary from %s to %s", policyName(o.Old), policyName(o.New))
}

func (o SetBoundary) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) { role.Boundary = o.New })
}

// DeleteBoundary removes the permissions boundary.
type DeleteBoundary struct{ Role, Old string }

// Action implements Operation.
func (DeleteBoundary) Action() string                                  { return "iam:DeleteRolePermissionsBoundary" }
func (DeleteBoundary) Field() string                                   { return "boundary" }
func (DeleteBoundary) SpecField() string                               { return "spec" }
func (DeleteBoundary) Verb() Verb                                      { return Removes }
func (DeleteBoundary) Propagates() bool                                { return true }
func (DeleteBoundary) Effect() Effect                                  { return Widens }
func (DeleteBoundary) ExtraPolicy() string                             { return "" }
func (DeleteBoundary) NotFound() string                                { return "" }
func (DeleteBoundary) Conflict() string                                { return "" }
func (DeleteBoundary) Overtaken() string                               { return "" }
func (DeleteBoundary) claims() bool                                    { return false }
func (DeleteBoundary) Asks(Given) bool                                 { return true }
func (DeleteBoundary) Trust() string                                   { return "" }
func (DeleteBoundary) dependsOn(string) []dependence                   { return nil }
func (DeleteBoundary) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeleteBoundary) String() string {
	return "remove the permissions boundary " + policyName(o.Old)
}

func (DeleteBoundary) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) { role.Boundary = "" })
}

// TagRole sets tags of the role.
type TagRole struct {
	Role string
	Tags map[string]string
	// AccountTags are the keys of those that the account sets.
	AccountTags []string
}

// Action implements Operation.
func (TagRole) Action() string                                  { return "iam:TagRole" }
func (TagRole) Field() string                                   { return "tags" }
func (TagRole) SpecField() string                               { return "spec.tags" }
func (TagRole) Verb() Verb                                      { return Changes }
func (TagRole) Propagates() bool                                { return false }
func (o TagRole) Effect() Effect                                { return effectOfTags(keys(o.Tags), o.AccountTags) }
func (TagRole) ExtraPolicy() string                             { return "" }
func (TagRole) NotFound() string                                { return "" }
func (TagRole) Conflict() string                                { return "" }
func (TagRole) Overtaken() string                               { return "" }
func (o TagRole) claims() bool                                  { return marksOwner(o.Tags) }
func (o TagRole) Asks(g Given) bool                             { return g.exceededBy(o.Tags) }
func (TagRole) Trust() string                                   { return "" }
func (TagRole) dependsOn(string) []dependence                   { return nil }
func (TagRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o TagRole) String() string { return "set tags " + strings.Join(keys(o.Tags), ", ") }

func (o TagRole) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) { role.Tags = tagged(role.Tags, o.Tags, true) })
}

// UntagRole removes tags of the role.
type UntagRole struct {
	Role string
	Keys []string
}

// Action implements Operation.
func (UntagRole) Action() string                                  { return "iam:UntagRole" }
func (UntagRole) Field() string                                   { return "tags" }
func (UntagRole) SpecField() string                               { return "spec" }
func (UntagRole) Verb() Verb                                      { return Changes }
func (UntagRole) Propagates() bool                                { return false }
func (o UntagRole) Effect() Effect                                { return effectOfTags(o.Keys, nil) }
func (UntagRole) ExtraPolicy() string                             { return "" }
func (UntagRole) NotFound() string                                { return "" }
func (UntagRole) Conflict() string                                { return "" }
func (UntagRole) Overtaken() string                               { return "" }
func (o UntagRole) claims() bool                                  { return unmarksReleased(o.Keys) }
func (UntagRole) Asks(Given) bool                                 { return false }
func (UntagRole) Trust() string                                   { return "" }
func (UntagRole) dependsOn(string) []dependence                   { return nil }
func (UntagRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o UntagRole) String() string { return "remove tags " + strings.Join(o.Keys, ", ") }

func (o UntagRole) apply(next *iam.Observation) {
	onRole(next, func(role *iam.Role) { role.Tags = untagged(role.Tags, o.Keys, true) })
}

// DeleteRole deletes the role.
type DeleteRole struct{ Role string }

// Action implements Operation.
func (DeleteRole) Action() string                                  { return "iam:DeleteRole" }
func (DeleteRole) Field() string                                   { return "role" }
func (DeleteRole) SpecField() string                               { return "spec" }
func (DeleteRole) Verb() Verb                                      { return Removes }
func (DeleteRole) Propagates() bool                                { return true }
func (DeleteRole) Effect() Effect                                  { return Narrows }
func (DeleteRole) ExtraPolicy() string                             { return "" }
func (DeleteRole) NotFound() string                                { return "" }
func (DeleteRole) Conflict() string                                { return "" }
func (DeleteRole) Overtaken() string                               { return "" }
func (DeleteRole) claims() bool                                    { return false }
func (DeleteRole) Asks(Given) bool                                 { return false }
func (DeleteRole) Trust() string                                   { return "" }
func (DeleteRole) dependsOn(string) []dependence                   { return nil }
func (DeleteRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeleteRole) String() string { return "delete role " + o.Role }

func (DeleteRole) apply(next *iam.Observation) { next.Role = nil }
