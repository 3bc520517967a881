// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"maps"
	"slices"
)

// State is the content of one account. Entities in it are immutable: to change one, put a changed clone.
type State struct {
	Roles    Index[*Role]
	Profiles Index[*InstanceProfile]
	Policies Index[*Policy]
	Users    Index[*User]
	Groups   Index[*Group]
}

func newState() *State {
	return &State{
		Roles: Index[*Role]{}, Profiles: Index[*InstanceProfile]{}, Policies: Index[*Policy]{},
		Users: Index[*User]{}, Groups: Index[*Group]{},
	}
}

// Clone copies the maps; the entities are shared.
func (s *State) Clone() *State {
	return &State{
		Roles: maps.Clone(s.Roles), Profiles: maps.Clone(s.Profiles), Policies: maps.Clone(s.Policies),
		Users: maps.Clone(s.Users), Groups: maps.Clone(s.Groups),
	}
}

// Empty reports whether the account holds nothing.
func (s *State) Empty() bool {
	return len(s.Roles)+len(s.Profiles)+len(s.Policies)+len(s.Users)+len(s.Groups) == 0
}

// ProfilesOf lists the instance profiles that hold a role.
func (s *State) ProfilesOf(role string) []*InstanceProfile {
	return slices.DeleteFunc(s.Profiles.Sorted(), func(p *InstanceProfile) bool { return p.Role != role })
}

// Members lists the users of a group.
func (s *State) Members(group *Group) []*User {
	return slices.DeleteFunc(s.Users.Sorted(), func(u *User) bool { return !slices.Contains(u.Groups, group.Name) })
}

// CountedRoles leaves out the service-linked roles, which the quota does not count.
func (s *State) CountedRoles() int {
	n := 0
	for _, role := range s.Roles {
		if !role.ServiceLinked() {
			n++
		}
	}
	return n
}
