// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Operation is one mutating call to IAM with everything needed to make it. The set is closed.
//
//sumtype:decl
type Operation interface {
	// Action is the IAM action, such as "iam:CreateRole".
	Action() string
	// Field names what the operation changes, such as "trust" or "attached/<arn>": the unit in which drift is reported,
	// counted and contested.
	Field() string
	// String tells a person what is done, in one line.
	String() string

	operation()
}

// CreateRole creates the role with path, trust policy, description, session duration, boundary and tags in one call.
type CreateRole struct{ Role iam.Role }

// UpdateRole sets description and session duration.
type UpdateRole struct {
	Role                              string
	OldDescription, Description       string
	OldSessionSeconds, SessionSeconds int32
}

// UpdateTrustPolicy replaces the trust policy.
type UpdateTrustPolicy struct{ Role, Old, New string }

// SetBoundary sets or replaces the permissions boundary.
type SetBoundary struct{ Role, Old, New string }

// DeleteBoundary removes the permissions boundary.
type DeleteBoundary struct{ Role, Old string }

// TagRole sets tags of the role.
type TagRole struct {
	Role string
	Tags map[string]string
}

// UntagRole removes tags of the role.
type UntagRole struct {
	Role string
	Keys []string
}

// PutRolePolicy creates or replaces an inline policy. Old is empty when it is new.
type PutRolePolicy struct{ Role, Policy, Old, New string }

// DeleteRolePolicy deletes an inline policy.
type DeleteRolePolicy struct{ Role, Policy, Old string }

// AttachRolePolicy attaches a managed policy.
type AttachRolePolicy struct{ Role, ARN string }

// DetachRolePolicy detaches a managed policy.
type DetachRolePolicy struct{ Role, ARN string }

// DeleteRole deletes the role.
type DeleteRole struct{ Role string }

// CreateInstanceProfile creates an empty instance profile with its tags.
type CreateInstanceProfile struct{ Profile iam.InstanceProfile }

// AddRoleToInstanceProfile puts the role into the profile.
type AddRoleToInstanceProfile struct{ Profile, Role string }

// RemoveRoleFromInstanceProfile takes the role out of the profile.
type RemoveRoleFromInstanceProfile struct{ Profile, Role string }

// TagInstanceProfile sets tags of the profile.
type TagInstanceProfile struct {
	Profile string
	Tags    map[string]string
}

// UntagInstanceProfile removes tags of the profile.
type UntagInstanceProfile struct {
	Profile string
	Keys    []string
}

// DeleteInstanceProfile deletes the profile.
type DeleteInstanceProfile struct{ Profile string }

// Action implements Operation.
func (CreateRole) Action() string                    { return "iam:CreateRole" }
func (UpdateRole) Action() string                    { return "iam:UpdateRole" }
func (UpdateTrustPolicy) Action() string             { return "iam:UpdateAssumeRolePolicy" }
func (SetBoundary) Action() string                   { return "iam:PutRolePermissionsBoundary" }
func (DeleteBoundary) Action() string                { return "iam:DeleteRolePermissionsBoundary" }
func (TagRole) Action() string                       { return "iam:TagRole" }
func (UntagRole) Action() string                     { return "iam:UntagRole" }
func (PutRolePolicy) Action() string                 { return "iam:PutRolePolicy" }
func (DeleteRolePolicy) Action() string              { return "iam:DeleteRolePolicy" }
func (AttachRolePolicy) Action() string              { return "iam:AttachRolePolicy" }
func (DetachRolePolicy) Action() string              { return "iam:DetachRolePolicy" }
func (DeleteRole) Action() string                    { return "iam:DeleteRole" }
func (CreateInstanceProfile) Action() string         { return "iam:CreateInstanceProfile" }
func (AddRoleToInstanceProfile) Action() string      { return "iam:AddRoleToInstanceProfile" }
func (RemoveRoleFromInstanceProfile) Action() string { return "iam:RemoveRoleFromInstanceProfile" }
func (TagInstanceProfile) Action() string            { return "iam:TagInstanceProfile" }
func (UntagInstanceProfile) Action() string          { return "iam:UntagInstanceProfile" }
func (DeleteInstanceProfile) Action() string         { return "iam:DeleteInstanceProfile" }

// Field implements Operation.
func (CreateRole) Field() string                    { return "role" }
func (UpdateRole) Field() string                    { return "settings" }
func (UpdateTrustPolicy) Field() string             { return "trust" }
func (SetBoundary) Field() string                   { return "boundary" }
func (DeleteBoundary) Field() string                { return "boundary" }
func (TagRole) Field() string                       { return "tags" }
func (UntagRole) Field() string                     { return "tags" }
func (o PutRolePolicy) Field() string               { return "inline/" + o.Policy }
func (o DeleteRolePolicy) Field() string            { return "inline/" + o.Policy }
func (o AttachRolePolicy) Field() string            { return "attached/" + o.ARN }
func (o DetachRolePolicy) Field() string            { return "attached/" + o.ARN }
func (DeleteRole) Field() string                    { return "role" }
func (CreateInstanceProfile) Field() string         { return "profile" }
func (AddRoleToInstanceProfile) Field() string      { return "profile/role" }
func (RemoveRoleFromInstanceProfile) Field() string { return "profile/role" }
func (TagInstanceProfile) Field() string            { return "profile/tags" }
func (UntagInstanceProfile) Field() string          { return "profile/tags" }
func (DeleteInstanceProfile) Field() string         { return "profile" }

func (CreateRole) operation()                    {}
func (UpdateRole) operation()                    {}
func (UpdateTrustPolicy) operation()             {}
func (SetBoundary) operation()                   {}
func (DeleteBoundary) operation()                {}
func (TagRole) operation()                       {}
func (UntagRole) operation()                     {}
func (PutRolePolicy) operation()                 {}
func (DeleteRolePolicy) operation()              {}
func (AttachRolePolicy) operation()              {}
func (DetachRolePolicy) operation()              {}
func (DeleteRole) operation()                    {}
func (CreateInstanceProfile) operation()         {}
func (AddRoleToInstanceProfile) operation()      {}
func (RemoveRoleFromInstanceProfile) operation() {}
func (TagInstanceProfile) operation()            {}
func (UntagInstanceProfile) operation()          {}
func (DeleteInstanceProfile) operation()         {}

func (o CreateRole) String() string { return "create role " + o.Role.Name }

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

func (o UpdateTrustPolicy) String() string {
	return "change the trust policy: " + describe(o.Old, o.New)
}

func (o SetBoundary) String() string {
	if o.Old == "" {
		return "set the permissions boundary " + policyName(o.New)
	}
	return fmt.Sprintf("change the permissions boundary from %s to %s", policyName(o.Old), policyName(o.New))
}

func (o DeleteBoundary) String() string {
	return "remove the permissions boundary " + policyName(o.Old)
}
func (o TagRole) String() string   { return "set tags " + strings.Join(keys(o.Tags), ", ") }
func (o UntagRole) String() string { return "remove tags " + strings.Join(o.Keys, ", ") }

func (o PutRolePolicy) String() string {
	if o.Old == "" {
		return "put inline policy " + o.Policy
	}
	return fmt.Sprintf("change inline policy %s: %s", o.Policy, describe(o.Old, o.New))
}

func (o DeleteRolePolicy) String() string      { return "delete inline policy " + o.Policy }
func (o AttachRolePolicy) String() string      { return "attach policy " + policyName(o.ARN) }
func (o DetachRolePolicy) String() string      { return "detach policy " + policyName(o.ARN) }
func (o DeleteRole) String() string            { return "delete role " + o.Role }
func (o CreateInstanceProfile) String() string { return "create instance profile " + o.Profile.Name }

func (o AddRoleToInstanceProfile) String() string {
	return "add the role to instance profile " + o.Profile
}

func (o RemoveRoleFromInstanceProfile) String() string {
	return "remove the role from instance profile " + o.Profile
}

func (o TagInstanceProfile) String() string {
	return fmt.Sprintf("set tags %s of instance profile %s", strings.Join(keys(o.Tags), ", "), o.Profile)
}

func (o UntagInstanceProfile) String() string {
	return fmt.Sprintf("remove tags %s of instance profile %s", strings.Join(o.Keys, ", "), o.Profile)
}

func (o DeleteInstanceProfile) String() string { return "delete instance profile " + o.Profile }

// policyName is the path and name of a policy without the account, which stays out of texts that users see.
func policyName(arn string) string {
	if _, name, found := strings.Cut(arn, ":policy/"); found {
		return name
	}
	return iam.WithoutAccounts(arn)
}

func keys(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
