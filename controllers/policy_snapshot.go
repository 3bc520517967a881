// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// policyInBulk is a policy as snapshots of its account watch over it. They show all of it but its tags.
func policyInBulk(wanted pass.Wanted) pass.InBulk {
	if policy, ok := wanted.(wantedPolicy); ok {
		return bulkPolicy{policy.policy}
	}
	return nil
}

type bulkPolicy struct{ policy desired.Policy }

// Name implements pass.InBulk.
func (b bulkPolicy) Name() string { return b.policy.Policy.Name }

// Profile implements pass.InBulk.
func (bulkPolicy) Profile() string { return "" }

// Whole implements pass.InBulk. Whether a role keeps a policy that no reference gives it depends on the role, which may
// change while the policy does not.
func (b bulkPolicy) Whole(got iam.Observation) bool {
	return len(plan.KeeperQuestions(b.policy, got)) == 0
}

// Presumed implements pass.InBulk: a policy that has the id in the object's status was created with the declared tags.
func (b bulkPolicy) Presumed(shown iam.Observation) iam.Observation {
	policy := *shown.Policy
	policy.Tags = maps.Clone(b.policy.Policy.Tags)
	shown.Policy = &policy
	return shown
}

// Compare leaves out what the policy ignores: else a tag or an attachment that comes and goes would have it looked at
// with each snapshot. What the policy declares is never ignored.
func (b bulkPolicy) Compare() snapshot.Compare {
	want, patterns := b.policy.Policy, b.policy.Ignore.Attachments
	tags := own(slices.Collect(maps.Keys(want.Tags)), b.policy.Ignore.Tags)
	users, groups := own(prefixed("user/", want.Users), patterns), own(prefixed("group/", want.Groups), patterns)
	roles := own(prefixed("role/", want.Roles), patterns)
	return func(seen iam.Observation) iam.Observation {
		policy := *seen.Policy
		policy.Tags = tags.leftOut(policy.Tags)
		policy.Users, policy.Groups = users.without("user/", policy.Users), groups.without("group/", policy.Groups)
		policy.Roles = roles.without("role/", policy.Roles)
		seen.Policy = &policy
		return seen
	}
}

func prefixed(kind string, names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = kind + name
	}
	return all
}

// without leaves out names that are ignored, each behind what it is the name of.
func (i ignored) without(kind string, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return i.ignores(kind + name) })
}
