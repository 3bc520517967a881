// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// OfRole judges whose the role is that was observed.
func (r Role) OfRole(got iam.Role) ownership.Standing { return r.StandingOf(roleEntity(got)) }

// OfProfile judges whose the instance profile is that was observed.
func (r Role) OfProfile(got iam.InstanceProfile) ownership.Standing {
	return r.StandingOf(ownership.Entity{
		Resource: "instance-profile" + got.Path + got.Name, Path: got.Path, Tags: got.Tags,
	})
}

// ProtectedRole says why the role may not be created, or nothing.
func (r Role) ProtectedRole() string { return r.Protects(roleEntity(r.Role)) }

// ProtectedProfile says why the instance profile may not be created, or nothing.
func (r Role) ProtectedProfile() string {
	return r.Protects(ownership.Entity{Resource: "instance-profile" + r.Profile.Path + r.Profile.Name})
}

func roleEntity(role iam.Role) ownership.Entity {
	return ownership.Entity{Resource: "role" + role.Path + role.Name, Path: role.Path, Tags: role.Tags}
}

// OfPolicy judges whose the policy is that was observed.
func (p Policy) OfPolicy(got iam.Policy) ownership.Standing { return p.StandingOf(policyEntity(got)) }

// ProtectedPolicy says why the policy may not be created, or nothing.
func (p Policy) ProtectedPolicy() string { return p.Protects(policyEntity(p.Policy)) }

func policyEntity(p iam.Policy) ownership.Entity {
	return ownership.Entity{Resource: "policy" + p.Path + p.Name, Path: p.Path, Tags: p.Tags, Roles: p.Roles}
}
