// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"

// What an account holds, as views return it.
type (
	// Tag is a key and a value.
	Tag = store.Tag
	// Entity is what everything in an account has.
	Entity = store.Entity
	// Identity is what policies can be attached to.
	Identity = store.Identity
	// Role is an IAM role.
	Role = store.Role
	// LastUsed is when and where a role made its last call.
	LastUsed = store.LastUsed
	// InstanceProfile holds at most one role.
	InstanceProfile = store.InstanceProfile
	// User is an IAM user.
	User = store.User
	// Group is an IAM group.
	Group = store.Group
	// Policy is a managed policy.
	Policy = store.Policy
	// Quotas are the limits of one account.
	Quotas = store.Quotas
	// RegionUsage is where a service-linked role is still used.
	RegionUsage = store.RegionUsage
)

// DefaultQuotas are those of a fresh AWS account.
func DefaultQuotas() Quotas { return store.DefaultQuotas() }
