// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// identityKind is one of role, user and group. They share inline policies and attachments, and differ in names, quotas
// and in how they are found.
type identityKind struct {
	label       string // as in the names of actions: Role
	nameParam   wire.Constraint
	find        func(t *transaction, name string) (*Identity, error)
	modify      func(t *transaction, name string, change func(*Identity) error) error
	inlineLimit func(Quotas) int
	attachLimit func(Quotas) int
	attachQuota string
}

var identityKinds = []*identityKind{roleKind, userKind, groupKind}

var roleKind = &identityKind{
	label: "Role", nameParam: roleName,
	find: func(t *transaction, name string) (*Identity, error) {
		role, err := t.role(name)
		if err != nil {
			return nil, err
		}
		return &role.Identity, nil
	},
	modify: func(t *transaction, name string, change func(*Identity) error) error {
		role, err := t.modifiableRole(name)
		if err != nil {
			return err
		}
		changed := role.clone()
		if err := change(&changed.Identity); err != nil {
			return err
		}
		t.state.roles.put(changed)
		return nil
	},
	inlineLimit: func(q Quotas) int { return q.RoleInlineSize },
	attachLimit: func(q Quotas) int { return q.AttachedPoliciesPerRole },
	attachQuota: "PoliciesPerRole",
}

var userKind = &identityKind{
	label: "User", nameParam: userName,
	find: func(t *transaction, name string) (*Identity, error) {
		user, err := t.user(name)
		if err != nil {
			return nil, err
		}
		return &user.Identity, nil
	},
	modify: func(t *transaction, name string, change func(*Identity) error) error {
		user, err := t.user(name)
		if err != nil {
			return err
		}
		changed := user.clone()
		if err := change(&changed.Identity); err != nil {
			return err
		}
		t.state.users.put(changed)
		return nil
	},
	inlineLimit: func(q Quotas) int { return q.UserInlineSize },
	attachLimit: func(q Quotas) int { return q.AttachedPoliciesPerUser },
	attachQuota: "PoliciesPerUser",
}

var groupKind = &identityKind{
	label: "Group", nameParam: groupName,
	find: func(t *transaction, name string) (*Identity, error) {
		group, err := t.group(name)
		if err != nil {
			return nil, err
		}
		return &group.Identity, nil
	},
	modify: func(t *transaction, name string, change func(*Identity) error) error {
		group, err := t.group(name)
		if err != nil {
			return err
		}
		changed := group.clone()
		if err := change(&changed.Identity); err != nil {
			return err
		}
		t.state.groups.put(changed)
		return nil
	},
	inlineLimit: func(q Quotas) int { return q.GroupInlineSize },
	attachLimit: func(q Quotas) int { return q.AttachedPoliciesPerGroup },
	attachQuota: "PoliciesPerGroup",
}

// forEachKind makes the actions that roles, users and groups have in the same form.
func forEachKind(build func(*identityKind) []action) []action {
	all := make([]action, 0, 4*len(identityKinds))
	for _, kind := range identityKinds {
		all = append(all, build(kind)...)
	}
	return all
}

// all lists the identities of the kind, sorted by name.
func (k *identityKind) all(s *state) []*Identity {
	var all []*Identity
	switch k.label {
	case "Role":
		for _, role := range s.roles.sorted() {
			all = append(all, &role.Identity)
		}
	case "User":
		for _, user := range s.users.sorted() {
			all = append(all, &user.Identity)
		}
	case "Group":
		for _, group := range s.groups.sorted() {
			all = append(all, &group.Identity)
		}
	}
	return all
}

// usage says where a managed policy is in use.
type usage struct{ attachments, boundaries int }

// uses counts attachments and boundaries of all policies at once, for a list of many policies would count for ever.
func (t *transaction) uses(policyARN string) usage {
	if t.usage == nil {
		t.usage = map[string]usage{}
		for _, kind := range identityKinds {
			for _, identity := range kind.all(t.state) {
				t.countUses(identity)
			}
		}
	}
	return t.usage[policyARN]
}

func (t *transaction) countUses(identity *Identity) {
	for _, arn := range identity.AttachedPolicies {
		use := t.usage[arn]
		use.attachments++
		t.usage[arn] = use
	}
	if arn := identity.PermissionsBoundary; arn != "" {
		use := t.usage[arn]
		use.boundaries++
		t.usage[arn] = use
	}
}
