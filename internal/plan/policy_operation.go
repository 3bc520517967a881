// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreatePolicy creates a managed policy with path, description, document and tags in one call.
type CreatePolicy struct{ Policy iam.Policy }

// CreatePolicyVersion creates a version of a managed policy and makes it the default.
type CreatePolicyVersion struct {
	ARN, Old, New string
	// Version is the id that IAM gave the version; it is unknown before the call.
	Version string
}

// DeletePolicyVersion deletes a version of a managed policy that is not the default.
type DeletePolicyVersion struct{ ARN, Version string }

// TagPolicy sets tags of a managed policy.
type TagPolicy struct {
	ARN  string
	Tags map[string]string
}

// UntagPolicy removes tags of a managed policy.
type UntagPolicy struct {
	ARN  string
	Keys []string
}

// AttachUserPolicy attaches a managed policy to a user.
type AttachUserPolicy struct{ User, ARN string }

// DetachUserPolicy detaches a managed policy from a user.
type DetachUserPolicy struct{ User, ARN string }

// AttachGroupPolicy attaches a managed policy to a group.
type AttachGroupPolicy struct{ Group, ARN string }

// DetachGroupPolicy detaches a managed policy from a group.
type DetachGroupPolicy struct{ Group, ARN string }

// WithdrawFromRole detaches a managed policy from a role that is not to have it. It is the call of
// DetachRolePolicy, seen from the policy: it names the role where that one names the policy.
type WithdrawFromRole struct{ Role, ARN string }

// DeletePolicy deletes a managed policy and its default version.
type DeletePolicy struct{ ARN string }

// Action implements Operation.
func (CreatePolicy) Action() string        { return "iam:CreatePolicy" }
func (CreatePolicyVersion) Action() string { return "iam:CreatePolicyVersion" }
func (DeletePolicyVersion) Action() string { return "iam:DeletePolicyVersion" }
func (TagPolicy) Action() string           { return "iam:TagPolicy" }
func (UntagPolicy) Action() string         { return "iam:UntagPolicy" }
func (AttachUserPolicy) Action() string    { return "iam:AttachUserPolicy" }
func (DetachUserPolicy) Action() string    { return "iam:DetachUserPolicy" }
func (AttachGroupPolicy) Action() string   { return "iam:AttachGroupPolicy" }
func (DetachGroupPolicy) Action() string   { return "iam:DetachGroupPolicy" }
func (WithdrawFromRole) Action() string    { return "iam:DetachRolePolicy" }
func (DeletePolicy) Action() string        { return "iam:DeletePolicy" }

// Field implements Operation.
func (CreatePolicy) Field() string        { return "policy" }
func (CreatePolicyVersion) Field() string { return "document" }
func (DeletePolicyVersion) Field() string { return "document" }
func (TagPolicy) Field() string           { return "tags" }
func (UntagPolicy) Field() string         { return "tags" }
func (o AttachUserPolicy) Field() string  { return "attached/user/" + o.User }
func (o DetachUserPolicy) Field() string  { return "attached/user/" + o.User }
func (o AttachGroupPolicy) Field() string { return "attached/group/" + o.Group }
func (o DetachGroupPolicy) Field() string { return "attached/group/" + o.Group }
func (o WithdrawFromRole) Field() string  { return "attached/role/" + o.Role }
func (DeletePolicy) Field() string        { return "policy" }

func (CreatePolicy) operation()        {}
func (CreatePolicyVersion) operation() {}
func (DeletePolicyVersion) operation() {}
func (TagPolicy) operation()           {}
func (UntagPolicy) operation()         {}
func (AttachUserPolicy) operation()    {}
func (DetachUserPolicy) operation()    {}
func (AttachGroupPolicy) operation()   {}
func (DetachGroupPolicy) operation()   {}
func (WithdrawFromRole) operation()    {}
func (DeletePolicy) operation()        {}

func (o CreatePolicy) String() string { return "create policy " + o.Policy.Name }

func (o CreatePolicyVersion) String() string {
	return fmt.Sprintf("make a new version of policy %s: %s", policyName(o.ARN), describe(o.Old, o.New))
}

func (o DeletePolicyVersion) String() string {
	return fmt.Sprintf("delete version %s of policy %s", o.Version, policyName(o.ARN))
}

func (o TagPolicy) String() string         { return "set tags " + strings.Join(keys(o.Tags), ", ") }
func (o UntagPolicy) String() string       { return "remove tags " + strings.Join(o.Keys, ", ") }
func (o AttachUserPolicy) String() string  { return "attach the policy to user " + o.User }
func (o DetachUserPolicy) String() string  { return "detach the policy from user " + o.User }
func (o AttachGroupPolicy) String() string { return "attach the policy to group " + o.Group }
func (o DetachGroupPolicy) String() string { return "detach the policy from group " + o.Group }
func (o WithdrawFromRole) String() string  { return "detach the policy from role " + o.Role }
func (o DeletePolicy) String() string      { return "delete policy " + policyName(o.ARN) }
