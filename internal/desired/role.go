// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// Role is what one ECSRole stands for in IAM: the entities, whose they are, and what of others' content is left alone.
type Role struct {
	// Absent says that the entities must not exist. Then only the names in Role and Profile and the owners
	// in Claim count.
	Absent bool
	// Role is the role as it should be, with the owner tag among its tags. Trust and inline documents are rendered JSON.
	Role iam.Role
	// AccountTags are the keys of the tags that the account sets, sorted.
	AccountTags []string
	// PathFixed says that the spec sets the path. Otherwise an existing role keeps the path it has.
	PathFixed bool
	// Profile is the instance profile as it should be, nil for types without one.
	Profile *iam.InstanceProfile
	// Claim says whose the entities are to be, and what was consented to.
	ownership.Claim
	// Ignore lists patterns of what others may add.
	Ignore Ignore
	// InlinePolicyName is the name of the object's own inline policy, declared or not. Empty is the default name.
	InlinePolicyName string
	// Warnings are remarks for the user that stop nothing.
	Warnings []v1alpha1.Warning
	// Findings are what checks say of the statements.
	Findings []Finding
}

// Ignore lists patterns, with the wildcards * and ?, of what others may add to a role.
type Ignore struct {
	// Tags are patterns of tag keys, compared without regard to case.
	Tags []string
	// InlinePolicies are patterns of names of inline policies.
	InlinePolicies []string
	// ManagedPolicyARNs are patterns of attached policies, placeholders replaced.
	ManagedPolicyARNs []string
}
