// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// identityKind is one of role, user and group. They share inline policies and attachments, and differ in names, quotas
// and in how they are found.
type identityKind struct {
	label       string // as in the names of actions: Role
	nameParam   wire.Constraint
	attachParam wire.Constraint // of attachments, where users have shorter names
	find        func(t *Transaction, name string) (*store.Identity, error)
	modify      func(t *Transaction, name string, change func(*store.Identity) error) error
	inlineLimit func(store.Quotas) int
	attachLimit func(store.Quotas) int
	attachQuota string
}

var identityKinds = []*identityKind{roleKind, userKind, groupKind}

var roleKind = &identityKind{
	label: "Role", nameParam: roleName, attachParam: roleName,
	find: func(t *Transaction, name string) (*store.Identity, error) {
		role, err := t.role(name)
		if err != nil {
			return nil, err
		}
		return &role.Identity, nil
	},
	modify: func(t *Transaction, name string, change func(*store.Identity) error) error {
		role, err := t.modifiableRole(name)
		if err != nil {
			return err
		}
		changed := role.Clone()
		if err := change(&changed.Identity); err != nil {
			return err
		}
		t.state.Roles.Put(changed)
		return nil
	},
	inlineLimit: func(q store.Quotas) int { return q.RoleInlineSize },
	attachLimit: func(q store.Quotas) int { return q.AttachedPoliciesPerRole },
	attachQuota: "PoliciesPerRole",
}

var userKind = &identityKind{
	label: "User", nameParam: userName, attachParam: newUserName,
	find: func(t *Transaction, name string) (*store.Identity, error) {
		user, err := t.user(name)
		if err != nil {
			return nil, err
		}
		return &user.Identity, nil
	},
	modify: func(t *Transaction, name string, change func(*store.Identity) error) error {
		user, err := t.user(name)
		if err != nil {
			return err
		}
		changed := user.Clone()
		if err := change(&changed.Identity); err != nil {
			return err
		}
		t.state.Users.Put(changed)
		return nil
	},
	inlineLimit: func(q store.Quotas) int { return q.UserInlineSize },
	attachLimit: func(q store.Quotas) int { return q.AttachedPoliciesPerUser },
	attachQuota: "PoliciesPerUser",
}

var groupKind = &identityKind{
	label: "Group", nameParam: groupName, attachParam: groupName,
	find: func(t *Transaction, name string) (*store.Identity, error) {
		group, err := t.group(name)
		if err != nil {
			return nil, err
		}
		return &group.Identity, nil
	},
	modify: func(t *Transaction, name string, change func(*store.Identity) error) error {
		group, err := t.group(name)
		if err != nil {
			return err
		}
		changed := group.Clone()
		if err := change(&changed.Identity); err != nil {
			return err
		}
		t.state.Groups.Put(changed)
		return nil
	},
	inlineLimit: func(q store.Quotas) int { return q.GroupInlineSize },
	attachLimit: func(q store.Quotas) int { return q.AttachedPoliciesPerGroup },
	attachQuota: "PoliciesPerGroup",
}

// forEachKind makes the actions that roles, users and groups have in the same form.
func forEachKind(build func(*identityKind) []Action) []Action {
	all := make([]Action, 0, 4*len(identityKinds))
	for _, kind := range identityKinds {
		all = append(all, build(kind)...)
	}
	return all
}

// all lists the identities of the kind, sorted by name.
func (k *identityKind) all(s *store.State) []*store.Identity {
	var all []*store.Identity
	switch k.label {
	case "Role":
		for _, role := range s.Roles.Sorted() {
			all = append(all, &role.Identity)
		}
	case "User":
		for _, user := range s.Users.Sorted() {
			all = append(all, &user.Identity)
		}
	case "Group":
		for _, group := range s.Groups.Sorted() {
			all = append(all, &group.Identity)
		}
	}
	return all
}
