// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// remove plans the deletion of what is ours. Denials go last, so that nothing they held down is free for a moment.
func remove(want desired.Role, got iam.Observation) Plan {
	var p Plan
	role := got.Role
	mine := role != nil && owned(role.Tags, want)
	if mine && Held(role.Tags) {
		return refuse(v1alpha1.ReasonDeletionBlocked,
			"the tag %s in AWS holds role %s as it is: remove the tag, or set deletionPolicy to Retain", v1alpha1.TagHold, role.Name)
	}
	if mine && len(got.OtherProfiles) > 0 {
		return refuse(v1alpha1.ReasonDeletionBlocked,
			"role %s is in instance profiles that are not ours: take it out of %s, or set deletionPolicy to Retain",
			role.Name, strings.Join(got.OtherProfiles, ", "))
	}
	removed := removeProfile(&p, want, got, mine)
	if !mine {
		return p
	}
	return removeRole(p, *role, removed)
}

// removeProfile empties and deletes our profile. It returns the step after which the role is out of it.
func removeProfile(p *Plan, want desired.Role, got iam.Observation, roleIsOurs bool) []int {
	profile := got.Profile
	if profile == nil || !owned(profile.Tags, want) {
		return nil
	}
	var out []int
	if profile.RoleName != "" {
		if !strings.EqualFold(profile.RoleName, want.Role.Name) || !roleIsOurs {
			p.Withheld = append(p.Withheld, Withheld{
				Op: DeleteInstanceProfile{Profile: profile.Name}, Reason: v1alpha1.ReasonDeletionBlocked,
				Message: "it holds the role " + profile.RoleName + ", which is not ours: take the role out of it in AWS",
			})
			return nil
		}
		out = []int{len(p.Steps)}
		p.Steps = append(p.Steps, Step{Op: RemoveRoleFromInstanceProfile{Profile: profile.Name, Role: profile.RoleName}})
	}
	p.Steps = append(p.Steps, Step{Op: DeleteInstanceProfile{Profile: profile.Name}, Needs: out})
	return out
}

func removeRole(p Plan, role iam.Role, profileEmptied []int) Plan {
	start := len(p.Steps)
	for _, arn := range sortedSet(role.Attached) {
		p.Steps = append(p.Steps, Step{Op: DetachRolePolicy{Role: role.Name, ARN: arn}})
	}
	var last []Step
	for _, name := range keys(role.InlinePolicies) {
		step := Step{Op: DeleteRolePolicy{Role: role.Name, Policy: name, Old: role.InlinePolicies[name]}}
		if len(denies(parse(role.InlinePolicies[name]))) > 0 {
			last = append(last, step)
			continue
		}
		p.Steps = append(p.Steps, step)
	}
	permissions := indices(start, len(p.Steps))
	for _, step := range last {
		step.Needs = permissions
		p.Steps = append(p.Steps, step)
	}
	needs := slices.Concat(profileEmptied, indices(start, len(p.Steps)))
	p.Steps = append(p.Steps, Step{Op: DeleteRole{Role: role.Name}, Needs: needs})
	return p
}

func indices(from, to int) []int {
	var list []int
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}
