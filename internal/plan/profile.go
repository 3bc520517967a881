// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// withProfile adds the operations on the instance profile. What forbids them is withheld; the role does not wait for
// it.
func withProfile(p Plan, want desired.Role, got iam.Observation, standing ownership.Standing) Plan {
	if want.Profile == nil {
		return p
	}
	add := AddRoleToInstanceProfile{Profile: want.Profile.Name, Role: want.Role.Name}
	if why := want.ProtectedProfile(); got.Profile == nil && why != "" {
		r := uncreatable("instance profile "+want.Profile.Name, why)
		p.Withheld = append(p.Withheld, Withheld{Op: add, Reason: r.Reason, Message: r.Message})
		return p
	}
	if got.Profile == nil {
		create := len(p.Steps)
		p.Steps = append(p.Steps,
			Step{Op: CreateInstanceProfile{Profile: *want.Profile, AccountTags: want.AccountTags}},
			Step{Op: add, Needs: append(creation(p), create)})
		return p
	}
	if r := mayUse(want, *got.Profile, standing); r != nil {
		p.Withheld = append(p.Withheld, Withheld{Op: add, Reason: r.Reason, Message: r.Message})
		return p
	}
	return withExistingProfile(p, want, *got.Profile, !standing.Owned())
}

// mayUse judges whether the role may go into a profile that exists. It returns the refusal, or nothing.
func mayUse(want desired.Role, profile iam.InstanceProfile, standing ownership.Standing) *Refusal {
	take := taker{want.Taking(standing), "instance profile " + profile.Name}
	if r := take.refusal(); r != nil {
		return r
	}
	if profile.RoleName != "" && !strings.EqualFold(profile.RoleName, want.Role.Name) {
		return take.conflict("holds the role " + profile.RoleName +
			": take that role out of it in AWS, or name another profile in a new object")
	}
	p := withExistingProfile(Plan{}, want, profile, true)
	if claimsOnly(p) {
		return nil
	}
	return take.differing(p.Lines())
}

func profileTags(want desired.Role, profile iam.InstanceProfile) tagChange {
	return tagsDiff(want.Profile.Tags, profile.Tags, want.Ignore, false)
}

// withExistingProfile brings a profile to what is desired.
func withExistingProfile(p Plan, want desired.Role, profile iam.InstanceProfile, adopting bool) Plan {
	change := profileTags(want, profile)
	items := change.items(adopting,
		TagInstanceProfile{Profile: profile.Name, Tags: change.set, AccountTags: want.AccountTags},
		UntagInstanceProfile{Profile: profile.Name, Keys: change.remove})
	if profile.RoleName == "" {
		add := AddRoleToInstanceProfile{Profile: profile.Name, Role: want.Role.Name}
		items = append(items, &item{op: add, place: neutral})
	}
	afterClaims(items)
	created, before := creation(p), len(p.Steps)
	for _, step := range order(items) {
		for i := range step.Needs {
			step.Needs[i] += before
		}
		if _, ok := step.Op.(AddRoleToInstanceProfile); ok {
			step.Needs = slices.Concat(created, step.Needs)
		}
		p.Steps = append(p.Steps, step)
	}
	p.Adopts = p.Adopts || adopting
	return p.Permit(change.limit("instance profile "+profile.Name, func(op Operation) bool {
		_, ok := op.(TagInstanceProfile)
		return ok
	}))
}

// onProfile tells whether an operation is one on the instance profile.
func onProfile(op Operation) bool { return strings.HasPrefix(op.Field(), "profile") }

// creation returns the index of the step that creates the role, if the plan has one.
func creation(p Plan) []int {
	for i, s := range p.Steps {
		if _, ok := s.Op.(CreateRole); ok {
			return []int{i}
		}
	}
	return nil
}
