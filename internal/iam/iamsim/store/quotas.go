// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

// Quotas are the limits of one account. Names and defaults follow the IAM quotas page and GetAccountSummary.
type Quotas struct {
	Roles                    int // RolesPerAccount
	InstanceProfiles         int
	Policies                 int // customer managed
	Users                    int
	Groups                   int
	AttachedPoliciesPerRole  int // adjustable
	AttachedPoliciesPerUser  int
	AttachedPoliciesPerGroup int
	GroupsPerUser            int
	TrustPolicySize          int // counted characters, adjustable
	PolicySize               int // counted characters of a managed policy
	RoleInlineSize           int // counted characters of all inline policies of one role
	UserInlineSize           int
	GroupInlineSize          int
	VersionsPerPolicy        int
	Tags                     int // per entity
}

// DefaultQuotas are those of a fresh AWS account.
func DefaultQuotas() Quotas {
	return Quotas{
		Roles: 1000, InstanceProfiles: 1000, Policies: 1500, Users: 5000, Groups: 300,
		AttachedPoliciesPerRole: 10, AttachedPoliciesPerUser: 10, AttachedPoliciesPerGroup: 10, GroupsPerUser: 10,
		TrustPolicySize: 2048, PolicySize: 6144,
		RoleInlineSize: 10240, UserInlineSize: 2048, GroupInlineSize: 5120,
		VersionsPerPolicy: 5, Tags: 50,
	}
}
