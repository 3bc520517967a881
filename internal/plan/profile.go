// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// withProfile adds the operations on the instance profile. What forbids them is withheld; the role does not wait for it.
func withProfile(p Plan, want desired.Role, got iam.Observation) Plan {
	if want.Profile == nil || p.Refusal != nil {
		return p
	}
	add := AddRoleToInstanceProfile{Profile: want.Profile.Name, Role: want.Role.Name}
	if got.Profile == nil {
		create := len(p.Steps)
		p.Steps = append(p.Steps, Step{Op: CreateInstanceProfile{Profile: *want.Profile}})
		p.Steps = append(p.Steps, Step{Op: add, Needs: append(creation(p), create)})
		return p
	}
	return withExistingProfile(p, add, want, *got.Profile)
}

func withExistingProfile(p Plan, add AddRoleToInstanceProfile, want desired.Role, profile iam.InstanceProfile) Plan {
	needs := creation(p)
	if !owned(profile.Tags, want) {
		if r := mayTake("instance profile", profile.Name, profile.Path, profile.Tags, want); r != nil {
			p.Withheld = append(p.Withheld, Withheld{Op: add, Reason: r.Reason, Message: r.Message})
			return p
		}
		p.Adopts = true
	}
	if profile.RoleName != "" && !strings.EqualFold(profile.RoleName, want.Role.Name) {
		p.Withheld = append(p.Withheld, Withheld{
			Op: add, Reason: v1alpha1.ReasonOwnershipConflict,
			Message: "instance profile " + profile.Name + " holds the role " + profile.RoleName +
				": take that role out of it in AWS, or name another profile in a new object",
		})
		return p
	}
	change := tagsDiff(want.Profile.Tags, profile.Tags, want.Ignore, false)
	if len(change.set) > 0 {
		needs = append(needs, len(p.Steps))
		p.Steps = append(p.Steps, Step{Op: TagInstanceProfile{Profile: profile.Name, Tags: change.set}})
	}
	if len(change.remove) > 0 {
		p.Steps = append(p.Steps, Step{Op: UntagInstanceProfile{Profile: profile.Name, Keys: change.remove}})
	}
	if profile.RoleName == "" {
		p.Steps = append(p.Steps, Step{Op: add, Needs: needs})
	}
	return p
}

// creation returns the index of the step that creates the role, if the plan has one.
func creation(p Plan) []int {
	for i, s := range p.Steps {
		if _, ok := s.Op.(CreateRole); ok {
			return []int{i}
		}
	}
	return nil
}
