// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
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
	return look(a, func(s *store.State) []Role {
		roles := copies(s.Roles.Sorted(), (*Role).Clone)
		for i, role := range roles {
			roles[i].TrustPolicy = a.sim.world.ShowTrust(role.Trust, false)
		}
		return roles
	})
}

// InstanceProfiles returns copies of all instance profiles, sorted by name.
func (a Account) InstanceProfiles() []InstanceProfile {
	return look(a, func(s *store.State) []InstanceProfile {
		return copies(s.Profiles.Sorted(), (*InstanceProfile).Clone)
	})
}

// Policies returns copies of all customer managed policies, sorted by name.
func (a Account) Policies() []Policy {
	return look(a, func(s *store.State) []Policy { return copies(s.Policies.Sorted(), (*Policy).Clone) })
}

// Users returns copies of all users, sorted by name.
func (a Account) Users() []User {
	return look(a, func(s *store.State) []User { return copies(s.Users.Sorted(), (*User).Clone) })
}

// Groups returns copies of all groups, sorted by name.
func (a Account) Groups() []Group {
	return look(a, func(s *store.State) []Group { return copies(s.Groups.Sorted(), (*Group).Clone) })
}

// Empty reports whether nothing is left in the account.
func (a Account) Empty() bool { return look(a, (*store.State).Empty) }

// SetRoleTags replaces the tags of a role without any check: the way to give a role the aws: tags that only AWS can
// set. It reports whether the role exists.
func (a Account) SetRoleTags(name string, tags ...Tag) bool {
	return a.changeRole(name, func(role *Role) { role.Tags = slices.Clone(tags) })
}

// SetRoleLastUsed says when and where a role made its last call, as GetRole shows it; nil is never. It reports whether
// the role exists.
func (a Account) SetRoleLastUsed(name string, used *LastUsed) bool {
	return a.changeRole(name, func(role *Role) { role.LastUsed = used })
}

func (a Account) changeRole(name string, change func(*Role)) bool {
	return look(a, func(s *store.State) bool {
		role, ok := s.Roles.Get(name)
		if !ok {
			return false
		}
		changed := role.Clone()
		change(changed)
		s.Roles.Put(changed)
		return true
	})
}

func look[T any](a Account, f func(*store.State) T) T {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	return f(a.sim.world.Account(a.id).State)
}

func copies[T any](entities []*T, clone func(*T) *T) []T {
	out := make([]T, 0, len(entities))
	for _, entity := range entities {
		out = append(out, *clone(entity))
	}
	return slices.Clip(out)
}
