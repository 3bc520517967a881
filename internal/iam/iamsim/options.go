// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"maps"

	"k8s.io/utils/clock"
)

// Options configure a Sim. The zero value is one account in partition aws with AWS's default quotas.
type Options struct {
	// AccountID is the account of every caller whose access key names no other one. Default 111122223333.
	AccountID string
	// Partition is the ARN partition of all accounts. Default aws.
	Partition string
	// AccessKeys maps further access key ids to account ids. An access key id of twelve digits needs no entry: it is the
	// id of its account.
	AccessKeys map[string]string
	// CallerARN is the identity that long-term credentials of the default account have. Default user/operator.
	CallerARN string
	// Quotas of every account. The zero value means DefaultQuotas; to change one, begin with those.
	Quotas Quotas
	// Clock stamps entities and drives expiry, rate limit and consistency lag. Default the real clock.
	Clock clock.PassiveClock
	// Seed fixes the unique ids and the order of principals in trust policies.
	Seed uint64
	// CallLogLimit bounds the call log; the oldest calls go first. Default 0 keeps all.
	CallLogLimit int
}

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

func (o Options) withDefaults() Options {
	if o.AccountID == "" {
		o.AccountID = "111122223333"
	}
	if o.Partition == "" {
		o.Partition = "aws"
	}
	if o.CallerARN == "" {
		o.CallerARN = "arn:" + o.Partition + ":iam::" + o.AccountID + ":user/operator"
	}
	if o.Quotas == (Quotas{}) {
		o.Quotas = DefaultQuotas()
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	o.AccessKeys = maps.Clone(o.AccessKeys)
	return o
}
