// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// ReferredRole is an ECSRole as another one that refers to it sees it: facts, of which Judge makes a RoleRef.
type ReferredRole struct {
	// Inputs are those of the referred object. Its AccountID is that of its own AWSAccount, if that is there.
	Inputs Inputs
	// AccountMissing says why its AWSAccount cannot be used, empty when it can.
	AccountMissing string
	// Refused says why it may not have its names unless the role is its own already, empty when it may.
	Refused string
	// SameAccount says that it is in the AWS account of the one that refers to it.
	SameAccount bool
	// Seen is the role in IAM with its path and tags, nil when there is none or none was asked for.
	Seen *iam.Role
}

// AsksForOwner reports whether judging depends on whose the role in IAM is. Whoever may pass a role can act as it, so
// that naming someone else's role in spec.roleName must not be enough. A name that begins with the namespace is the
// namespace's own; of any other name IAM is asked.
func (r ReferredRole) AsksForOwner() bool {
	return r.unready() == "" && r.SameAccount && !OwnName(r.Inputs)
}

// Judge says what the referred role is, and whether it may be referred to. It is pure.
func (r ReferredRole) Judge() RoleRef {
	ref := RoleRef{Type: r.Inputs.Role.Spec.Type, ARN: RoleARN(r.Inputs), Unready: r.unready()}
	if r.AsksForOwner() {
		ref.Unready = r.disowned()
		ref.Disowned = ref.Unready != ""
	}
	return ref
}

func (r ReferredRole) unready() string {
	switch {
	case r.AccountMissing != "":
		return "is not ready: " + r.AccountMissing
	case !r.Inputs.Role.DeletionTimestamp.IsZero():
		return "is being deleted: name another one"
	}
	return ""
}

// disowned says why the role may not be passed, if anything does. A role that is not there yet is nobody's.
func (r ReferredRole) disowned() string {
	owned := r.Seen != nil && Absent(r.Inputs).Claim.Standing(r.Seen.Path, r.Seen.Tags).Owned()
	switch {
	case owned:
	case r.Refused != "":
		return "does not own its role: " + r.Refused
	case r.Seen != nil:
		return "does not own its role: " + RoleName(r.Inputs.Role, r.Inputs.Account) +
			" exists in AWS and belongs to someone else"
	}
	return ""
}

// NamesPolicy reports whether a role names a managed policy by its ARN, attached or as its boundary.
func NamesPolicy(in Inputs, arn string) bool {
	values, spec := newPlaceholders(in.place()), &in.Role.Spec
	names := func(text string) bool {
		expanded, err := values.expand(text)
		return err == nil && strings.EqualFold(expanded, arn)
	}
	return names(string(spec.PermissionsBoundary)) ||
		slices.ContainsFunc(spec.ManagedPolicies, func(p v1alpha1.ManagedPolicy) bool { return names(string(p.ARN)) })
}

// Names reports whether a text of the spec is an ARN, once its placeholders are replaced.
func (in Inputs) Names(text, arn string) bool {
	expanded, err := newPlaceholders(in.place()).expand(text)
	return err == nil && text != "" && strings.EqualFold(expanded, arn)
}

// Expand replaces the placeholders of a text of the spec. It fails where one is not known.
func (in Inputs) Expand(text string) (string, error) { return newPlaceholders(in.place()).expand(text) }

// DeclaredBoundary is the permissions boundary of the spec, empty for none.
func (in Inputs) DeclaredBoundary() string {
	text := string(in.Role.Spec.PermissionsBoundary)
	if expanded, err := newPlaceholders(in.place()).expand(text); err == nil {
		return expanded
	}
	return text
}

// ReferredPolicy is an ECSPolicy as a role that refers to it sees it.
type ReferredPolicy struct {
	// Policy is the object and Account its AWSAccount, nil when that is not there.
	Policy  *v1alpha1.ECSPolicy
	Account *v1alpha1.AWSAccount
	// AccountID and Partition are those of the account that the policy is, or would be, in.
	AccountID, Partition string
	// AccountMissing says why its AWSAccount cannot be used, empty when it can.
	AccountMissing string
	// Planned says that only manifests are known, so that the policy need not exist.
	Planned bool
}

// Judge says where the policy is, and whether it can be attached. It must exist in IAM before; while its object is
// being deleted it does.
func (r ReferredPolicy) Judge() PolicyRef {
	ref := PolicyRef{ARN: PolicyARN(r.Policy, r.Account, r.AccountID, r.Partition)}
	switch {
	case r.AccountMissing != "":
		ref.Unready = "is not ready: " + r.AccountMissing
	case !r.Planned && r.Policy.Status.PolicyARN != ref.ARN:
		ref.Unready = "is not in AWS yet: see its own conditions"
	}
	return ref
}
