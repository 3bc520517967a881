// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
)

// Role returns a copy of a role of the default account as it is now, whatever reads may see.
func (s *Sim) Role(name string) (Role, bool) { return s.In(s.options.AccountID).Role(name) }

// Roles returns copies of all roles of the default account, sorted by name.
func (s *Sim) Roles() []Role { return s.In(s.options.AccountID).Roles() }

// Account looks into one account, past all faults.
type Account struct {
	sim *Sim
	id  string
}

// In looks into an account.
func (s *Sim) In(accountID string) Account { return Account{sim: s, id: accountID} }

// Role returns a copy of a role.
func (a Account) Role(name string) (Role, bool) {
	for _, role := range a.Roles() {
		if role.Name == name {
			return role, true
		}
	}
	return Role{}, false
}

// Roles returns copies of all roles, sorted by name.
func (a Account) Roles() []Role {
	return look(a, func(s *state) []Role {
		roles := make([]Role, 0, len(s.roles))
		for _, role := range s.roles.sorted() {
			c := role.clone()
			c.TrustPolicy = a.sim.renderTrust(role.trust, false)
			roles = append(roles, *c)
		}
		return roles
	})
}

// SetRoleTags replaces the tags of a role without any check: the way to give a role the aws: tags that only AWS can
// set. It reports whether the role exists.
func (a Account) SetRoleTags(name string, tags ...Tag) bool {
	return look(a, func(s *state) bool {
		role, ok := s.roles.get(name)
		if !ok {
			return false
		}
		changed := role.clone()
		changed.Tags = slices.Clone(tags)
		s.roles.put(changed)
		return true
	})
}

// InstanceProfiles returns copies of all instance profiles, sorted by name.
func (a Account) InstanceProfiles() []InstanceProfile {
	return look(a, func(s *state) []InstanceProfile {
		return copies(s.profiles.sorted(), (*InstanceProfile).clone)
	})
}

// Policies returns copies of all customer managed policies, sorted by name.
func (a Account) Policies() []Policy {
	return look(a, func(s *state) []Policy { return copies(s.policies.sorted(), (*Policy).clone) })
}

// Users returns copies of all users, sorted by name.
func (a Account) Users() []User {
	return look(a, func(s *state) []User { return copies(s.users.sorted(), (*User).clone) })
}

// Groups returns copies of all groups, sorted by name.
func (a Account) Groups() []Group {
	return look(a, func(s *state) []Group { return copies(s.groups.sorted(), (*Group).clone) })
}

// Empty reports whether nothing is left in the account.
func (a Account) Empty() bool {
	return look(a, func(s *state) bool {
		return len(s.roles)+len(s.profiles)+len(s.policies)+len(s.users)+len(s.groups) == 0
	})
}

func look[T any](a Account, f func(*state) T) T {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	return f(a.sim.accountLocked(a.id).state)
}

func copies[T any](entities []*T, clone func(*T) *T) []T {
	out := make([]T, 0, len(entities))
	for _, entity := range entities {
		out = append(out, *clone(entity))
	}
	return slices.Clip(out)
}
