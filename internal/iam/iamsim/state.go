// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// index holds the entities of one kind by their name in lower case: IAM's names are unique without regard to case.
type index[T interface{ name() string }] map[string]T

// get finds an entity by its exact name.
func (x index[T]) get(name string) (T, bool) {
	entity, ok := x[strings.ToLower(name)]
	if ok && entity.name() != name {
		var none T
		return none, false
	}
	return entity, ok
}

// taken reports whether a name exists in any case.
func (x index[T]) taken(name string) bool {
	_, ok := x[strings.ToLower(name)]
	return ok
}

func (x index[T]) put(entity T) { x[strings.ToLower(entity.name())] = entity }

func (x index[T]) remove(name string) { delete(x, strings.ToLower(name)) }

func (x index[T]) sorted() []T {
	return slices.SortedFunc(maps.Values(x), func(a, b T) int {
		return cmp.Compare(strings.ToLower(a.name()), strings.ToLower(b.name()))
	})
}

// state is the content of one account. Entities in it are immutable: to change one, put a changed clone.
type state struct {
	roles    index[*Role]
	profiles index[*InstanceProfile]
	policies index[*Policy]
	users    index[*User]
	groups   index[*Group]
}

func newState() *state {
	return &state{
		roles: index[*Role]{}, profiles: index[*InstanceProfile]{}, policies: index[*Policy]{},
		users: index[*User]{}, groups: index[*Group]{},
	}
}

func (s *state) clone() *state {
	return &state{
		roles: maps.Clone(s.roles), profiles: maps.Clone(s.profiles), policies: maps.Clone(s.policies),
		users: maps.Clone(s.users), groups: maps.Clone(s.groups),
	}
}

// profilesOf lists the instance profiles that hold a role.
func (s *state) profilesOf(role string) []*InstanceProfile {
	var profiles []*InstanceProfile
	for _, profile := range s.profiles.sorted() {
		if profile.Role == role {
			profiles = append(profiles, profile)
		}
	}
	return profiles
}

// nameKey sorts and marks entities as index.sorted does.
func nameKey[T interface{ name() string }](entity T) string { return strings.ToLower(entity.name()) }
