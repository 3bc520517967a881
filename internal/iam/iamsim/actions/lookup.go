// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

func (t *Transaction) role(name string) (*store.Role, error) {
	return found(t, name, func(s *store.State) store.Index[*store.Role] { return s.Roles },
		"The role with name %s cannot be found.")
}

func (t *Transaction) user(name string) (*store.User, error) {
	return found(t, name, func(s *store.State) store.Index[*store.User] { return s.Users },
		"The user with name %s cannot be found.")
}

func (t *Transaction) group(name string) (*store.Group, error) {
	return found(t, name, func(s *store.State) store.Index[*store.Group] { return s.Groups },
		"The group with name %s cannot be found.")
}

func (t *Transaction) profile(name string) (*store.InstanceProfile, error) {
	return found(t, name, func(s *store.State) store.Index[*store.InstanceProfile] { return s.Profiles },
		"Instance Profile %s cannot be found.")
}

// modifiableRole refuses service-linked roles.
func (t *Transaction) modifiableRole(name string) (*store.Role, error) {
	role, err := t.role(name)
	if err == nil && role.ServiceLinked() {
		err = unmodifiable(role)
	}
	return role, err
}

func unmodifiable(role *store.Role) error {
	return wire.Failure("UnmodifiableEntity",
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", role.Name)
}

// found looks an entity up, in what writes may see as well when the consistency lag is on for writes.
func found[T store.Named](
	t *Transaction, name string, entities func(*store.State) store.Index[T], absent string,
) (T, error) {
	entity, ok := entities(t.state).Get(name)
	if ok && t.visible != nil {
		_, ok = entities(t.visible).Get(name)
	}
	if !ok {
		return entity, wire.NoSuchEntity(absent, name)
	}
	return entity, nil
}
