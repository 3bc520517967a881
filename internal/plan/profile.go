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

// withProfile adds the operations on the instance profile. What forbids them is withheld; the role does not wait for
// it.
func withProfile(p Plan, want desired.Role, got iam.Observation) Plan {
	if want.Profile == nil {
		return p
	}
	add := AddRoleToInstanceProfile{Profile: want.Profile.Name, Role: want.Role.Name}
	if got.Profile == nil {
		create := len(p.Steps)
		p.Steps = append(p.Steps,
			Step{Op: CreateInstanceProfile{Profile: *want.Profile}},
			Step{Op: add, Needs: append(creation(p), create)})
		return p
	}
	if r := mayUse(want, *got.Profile); r != nil {
		p.Withheld = append(p.Withheld, Withheld{Op: add, Reason: r.Reason, Message: r.Message})
		return p
	}
	return withExistingProfile(p, add, want, *got.Profile)
}

// mayUse judges whether the role may go into a profile that exists. It returns the refusal, or nothing.
func mayUse(want desired.Role, profile iam.InstanceProfile) *Refusal {
	mine := Owned(profile.Tags, want)
	if !mine {
		if r := mayTake("instance profile", profile.Name, profile.Path, profile.Tags, want); r != nil {
			return r
		}
	}
	change := profileTags(want, profile)
	switch {
	case profile.RoleName != "" && !strings.EqualFold(profile.RoleName, want.Role.Name):
		return &Refusal{
			Reason: v1alpha1.ReasonOwnershipConflict,
			Message: "instance profile " + profile.Name + " holds the role " + profile.RoleName +
				": take that role out of it in AWS, or name another profile in a new object",
		}
	case !mine && want.Adoption == desired.AdoptIfEqual &&
		!(profile.RoleName != "" && marksOwner(change.set) &&
			unmarksReleased(change.remove)):
		return &Refusal{
			Reason: v1alpha1.ReasonOwnershipConflict,
			Message: "instance profile " + profile.Name + " exists already and differs from the spec in its tags or in its " +
				"role, and adoptionPolicy is IfEqual: make them equal, or set Adopt",
		}
	}
	return nil
}

func profileTags(want desired.Role, profile iam.InstanceProfile) tagChange {
	return tagsDiff(want.Profile.Tags, profile.Tags, want.Ignore, false)
}

// withExistingProfile brings a profile to what is desired.
func withExistingProfile(p Plan, add AddRoleToInstanceProfile, want desired.Role, profile iam.InstanceProfile) Plan {
	adopting := !Owned(profile.Tags, want)
	change := profileTags(want, profile)
	items := change.items(adopting, TagInstanceProfile{Profile: profile.Name, Tags: change.set},
		UntagInstanceProfile{Profile: profile.Name, Keys: change.remove})
	if profile.RoleName == "" {
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
	return p
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
