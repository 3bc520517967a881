// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package iam is the port to AWS IAM: the entities as values, the small interfaces that the controller reads and writes
// them through, and the one place where errors of AWS are classified. It knows no SDK; awsiam adapts one to it.
package iam

import "time"

// Role is one IAM role with everything that hangs on it, as one value. The same type says what a role should be and
// what it was seen to be; maps and slices are never nil-sensitive, nil and empty mean the same.
type Role struct {
	// Name is unique in the account without regard to case.
	Name string `json:"name"`
	// Path is "/" or "/…/".
	Path string `json:"path"`
	// ARN and ID are IAM's; they are empty in a role that does not exist yet.
	ARN string `json:"arn,omitempty"`
	ID  string `json:"id,omitempty"`
	// Description is free text, empty when unset.
	Description string `json:"description,omitempty"`
	// MaxSessionSeconds is the longest session, in seconds.
	MaxSessionSeconds int32 `json:"maxSessionSeconds"`
	// Trust is the trust policy as JSON, percent-decoded.
	Trust string `json:"-"`
	// InlinePolicies maps names of inline policies to their documents as JSON, percent-decoded.
	InlinePolicies map[string]string `json:"-"`
	// Attached are the ARNs of the attached managed policies.
	Attached []string `json:"attachedPolicies,omitempty"`
	// Boundary is the ARN of the permissions boundary, empty for none.
	Boundary string `json:"permissionsBoundary,omitempty"`
	// Tags are the role's tags. IAM compares the tag keys of roles without regard to case.
	Tags map[string]string `json:"tags,omitempty"`
}

// InstanceProfile is one IAM instance profile.
type InstanceProfile struct {
	Name string `json:"name"`
	Path string `json:"path"`
	ARN  string `json:"arn,omitempty"`
	ID   string `json:"id,omitempty"`
	// RoleName is the role in the profile, empty for none. IAM allows one.
	RoleName string `json:"roleName,omitempty"`
	// Tags are the profile's tags. IAM compares the tag keys of instance profiles with regard to case.
	Tags map[string]string `json:"tags,omitempty"`
}

// Observation is what was seen of one role name, and of one instance profile name when one was asked for; or of one
// managed policy.
type Observation struct {
	// Role is nil when no role of the name exists. An error of the reading is never taken for absence.
	Role *Role
	// Profile is nil when none was asked for or none of the name exists.
	Profile *InstanceProfile
	// Policy is nil when no policy was asked for or none of the name exists.
	Policy *Policy
	// OtherProfiles are the names of further instance profiles that hold the role. They are looked up only when the
	// role is about to be deleted.
	OtherProfiles []string
	// PolicyDocuments holds the default version of managed policies that are attached and were not asked for, by ARN:
	// whether they only deny decides what may be done with them. A policy whose document could not be read is missing.
	PolicyDocuments map[string]string
	// OwnAttachments are those of the role's attached policies that the controller attached itself, as far as it
	// remembers. What it does not remember may be someone else's.
	OwnAttachments []string
	// MissingPrincipals are the ARNs of principals that trust policies name and that are known not to exist. A trust
	// policy is written without them until they do.
	MissingPrincipals []string
	// Use is what IAM knows of the use of the role, nil when the role was not read or does not exist.
	Use *RoleUse
	// BegunAt is when the first call of the observation was made.
	BegunAt time.Time
}

// EntityID is the unique id of the main entity, empty where none was seen.
func (o Observation) EntityID() string {
	switch {
	case o.Role != nil:
		return o.Role.ID
	case o.Policy != nil:
		return o.Policy.ID
	}
	return ""
}

// RoleUse is what IAM knows of the use of a role. It notices a use hours late.
type RoleUse struct {
	// Created is when the role was created.
	Created time.Time
	// LastUsed is when the role was last used, zero when IAM knows of no use in the last 400 days; Region is where.
	LastUsed time.Time
	Region   string
}

// Quotas are the adjustable quotas of an account, as GetAccountSummary reports them.
type Quotas struct {
	// AttachedPoliciesPerRole is the number of managed policies that a role may have; 10 by default.
	AttachedPoliciesPerRole int
	// TrustPolicySize is in counted characters; 2,048 by default.
	TrustPolicySize int
}

// DefaultQuotas are the quotas of a new account. Source: IAM user guide, "IAM and AWS STS quotas".
func DefaultQuotas() Quotas {
	return Quotas{AttachedPoliciesPerRole: 10, TrustPolicySize: 2048}
}

// Fixed quotas of IAM, which no request raises.
const (
	// InlinePoliciesSize is the counted characters of all inline policies of one role together.
	InlinePoliciesSize = 10240
	// TagsPerRole is the number of tags of a role or instance profile.
	TagsPerRole = 50
	// RoleNameLength and ProfileNameLength are in characters.
	RoleNameLength    = 64
	ProfileNameLength = 128
)

// Policy is one customer managed policy with everything that hangs on it, as one value. The same type says what a
// policy should be and what it was seen to be; nil and empty mean the same.
type Policy struct {
	// Name is unique in the account without regard to case, whatever the path.
	Name string `json:"name"`
	// Path is "/" or "/…/".
	Path string `json:"path"`
	// ARN is known before the policy exists, ID is not.
	ARN string `json:"arn,omitempty"`
	ID  string `json:"id,omitempty"`
	// Description is free text that IAM never changes, empty when unset.
	Description string `json:"description,omitempty"`
	// Tags are the policy's tags. IAM compares the tag keys of policies with regard to case.
	Tags map[string]string `json:"tags,omitempty"`
	// Document is the default version as JSON, percent-decoded.
	Document string `json:"-"`
	// DefaultVersionID is the version in force, such as v3.
	DefaultVersionID string `json:"defaultVersionID,omitempty"`
	// Versions are the ids of all versions, oldest first. They are listed only when a version must be made or the policy
	// is about to be deleted.
	Versions []string `json:"versions,omitempty"`
	// Users, Groups and Roles are the names of those that the policy is attached to.
	Users  []string `json:"users,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Roles  []string `json:"roles,omitempty"`
	// Bounds are those whose permissions boundary the policy is, as user/<name> or role/<name>. They are looked up only
	// when the policy is about to be deleted.
	Bounds []string `json:"bounds,omitempty"`
}
