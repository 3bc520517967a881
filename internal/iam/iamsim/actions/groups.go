// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var groupActions = []Action{
	{
		Name: "CreateGroup", Write: true, do: createGroup,
		needs: []wire.Constraint{groupName}, takes: []wire.Constraint{entityPath},
	},
	{Name: "GetGroup", needs: []wire.Constraint{groupName}, takes: []wire.Constraint{maxItems, marker}, do: getGroup},
	{Name: "DeleteGroup", Write: true, needs: []wire.Constraint{groupName}, do: deleteGroup},
	{Name: "ListGroups", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listGroups},
	{Name: "AddUserToGroup", Write: true, needs: []wire.Constraint{groupName, userName}, do: addUserToGroup},
	{Name: "RemoveUserFromGroup", Write: true, needs: []wire.Constraint{groupName, userName}, do: removeUserFromGroup},
	{
		Name: "ListGroupsForUser", do: listGroupsForUser,
		needs: []wire.Constraint{userName}, takes: []wire.Constraint{maxItems, marker},
	},
}

func createGroup(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("GroupName")
	if tx.state.Groups.Taken(name) {
		return nil, wire.AlreadyExists("Group with name %s already exists.", name)
	}
	if limit := tx.World.Quotas.Groups; len(tx.state.Groups) >= limit {
		return nil, wire.QuotaExceeded("GroupsPerAccount", limit)
	}
	group := &store.Group{Identity: store.Identity{Entity: tx.create("group", "AGPA", name, p.Get("Path"), nil)}}
	tx.state.Groups.Put(group)
	return []wire.Node{wire.Element("Group", groupContent(group)...)}, nil
}

func getGroup(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	group, err := tx.group(p.Get("GroupName"))
	if err != nil {
		return nil, err
	}
	users, err := wire.PagedList(p, "Users", tx.state.Members(group), store.Key[*store.User],
		func(user *store.User) []wire.Node { return userContent(user, false) })
	if err != nil {
		return nil, err
	}
	return append([]wire.Node{wire.Element("Group", groupContent(group)...)}, users...), nil
}

func deleteGroup(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	group, err := tx.group(p.Get("GroupName"))
	if err != nil {
		return nil, err
	}
	if len(tx.state.Members(group)) > 0 {
		return nil, wire.DeleteConflict("Cannot delete entity, must remove users from group first.")
	}
	if err := hindrance(&group.Identity); err != nil {
		return nil, err
	}
	tx.state.Groups.Remove(group.Name)
	return nil, nil
}

func listGroups(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	groups := store.UnderPath(tx.state.Groups.Sorted(), p.Get("PathPrefix"))
	return wire.PagedList(p, "Groups", groups, store.Key[*store.Group], groupContent)
}

func addUserToGroup(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	return nil, tx.membership(p, func(user *store.User, group *store.Group) error {
		if slices.Contains(user.Groups, group.Name) {
			return nil
		}
		if limit := tx.World.Quotas.GroupsPerUser; len(user.Groups) >= limit {
			return wire.QuotaExceeded("GroupsPerUser", limit)
		}
		user.Groups = append(user.Groups, group.Name)
		return nil
	})
}

func removeUserFromGroup(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	return nil, tx.membership(p, func(user *store.User, group *store.Group) error {
		user.Groups = slices.DeleteFunc(user.Groups, func(name string) bool { return name == group.Name })
		return nil
	})
}

func (t *Transaction) membership(p wire.Params, change func(*store.User, *store.Group) error) error {
	group, err := t.group(p.Get("GroupName"))
	if err != nil {
		return err
	}
	user, err := t.user(p.Get("UserName"))
	if err != nil {
		return err
	}
	changed := user.Clone()
	if err := change(changed, group); err != nil {
		return err
	}
	t.state.Users.Put(changed)
	return nil
}

func listGroupsForUser(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	user, err := tx.user(p.Get("UserName"))
	if err != nil {
		return nil, err
	}
	groups := slices.DeleteFunc(tx.state.Groups.Sorted(), func(g *store.Group) bool {
		return !slices.Contains(user.Groups, g.Name)
	})
	return wire.PagedList(p, "Groups", groups, store.Key[*store.Group], groupContent)
}
