// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var groupActions = []action{
	{
		name: "CreateGroup", write: true, do: createGroup,
		needs: []wire.Constraint{groupName}, takes: []wire.Constraint{entityPath},
	},
	{name: "GetGroup", needs: []wire.Constraint{groupName}, takes: []wire.Constraint{maxItems, marker}, do: getGroup},
	{name: "DeleteGroup", write: true, needs: []wire.Constraint{groupName}, do: deleteGroup},
	{name: "ListGroups", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listGroups},
	{name: "AddUserToGroup", write: true, needs: []wire.Constraint{groupName, userName}, do: addUserToGroup},
	{name: "RemoveUserFromGroup", write: true, needs: []wire.Constraint{groupName, userName}, do: removeUserFromGroup},
	{
		name: "ListGroupsForUser", do: listGroupsForUser,
		needs: []wire.Constraint{userName}, takes: []wire.Constraint{maxItems, marker},
	},
}

func (t *transaction) group(name string) (*Group, error) {
	return found(t, name, func(s *state) index[*Group] { return s.groups }, "The group with name %s cannot be found.")
}

func createGroup(tx *transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("GroupName")
	if tx.state.groups.taken(name) {
		return nil, wire.AlreadyExists("Group with name %s already exists.", name)
	}
	if limit := tx.sim.quotas.Groups; len(tx.state.groups) >= limit {
		return nil, wire.QuotaExceeded("GroupsPerAccount", limit)
	}
	group := &Group{Identity: Identity{Entity: tx.create("group", "AGPA", name, p.Get("Path"), nil)}}
	tx.state.groups.put(group)
	return []wire.Node{wire.Element("Group", groupContent(group)...)}, nil
}

func getGroup(tx *transaction, p wire.Params) ([]wire.Node, error) {
	group, err := tx.group(p.Get("GroupName"))
	if err != nil {
		return nil, err
	}
	users, err := wire.PagedList(p, "Users", tx.state.members(group), nameKey[*User],
		func(user *User) []wire.Node { return userContent(user, false) })
	if err != nil {
		return nil, err
	}
	return append([]wire.Node{wire.Element("Group", groupContent(group)...)}, users...), nil
}

func (s *state) members(group *Group) []*User {
	return slices.DeleteFunc(s.users.sorted(), func(u *User) bool { return !slices.Contains(u.Groups, group.Name) })
}

func deleteGroup(tx *transaction, p wire.Params) ([]wire.Node, error) {
	group, err := tx.group(p.Get("GroupName"))
	if err != nil {
		return nil, err
	}
	if len(tx.state.members(group)) > 0 {
		return nil, wire.DeleteConflict("Cannot delete entity, must remove users from group first.")
	}
	if err := hindrance(&group.Identity); err != nil {
		return nil, err
	}
	tx.state.groups.remove(group.Name)
	return nil, nil
}

func listGroups(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return wire.PagedList(p, "Groups", underPath(tx.state.groups.sorted(), p.Get("PathPrefix")), nameKey[*Group], groupContent)
}

func addUserToGroup(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return nil, tx.membership(p, func(user *User, group *Group) error {
		if slices.Contains(user.Groups, group.Name) {
			return nil
		}
		if limit := tx.sim.quotas.GroupsPerUser; len(user.Groups) >= limit {
			return wire.QuotaExceeded("GroupsPerUser", limit)
		}
		user.Groups = append(user.Groups, group.Name)
		return nil
	})
}

func removeUserFromGroup(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return nil, tx.membership(p, func(user *User, group *Group) error {
		user.Groups = slices.DeleteFunc(user.Groups, func(name string) bool { return name == group.Name })
		return nil
	})
}

func (t *transaction) membership(p wire.Params, change func(*User, *Group) error) error {
	group, err := t.group(p.Get("GroupName"))
	if err != nil {
		return err
	}
	user, err := t.user(p.Get("UserName"))
	if err != nil {
		return err
	}
	changed := user.clone()
	if err := change(changed, group); err != nil {
		return err
	}
	t.state.users.put(changed)
	return nil
}

func listGroupsForUser(tx *transaction, p wire.Params) ([]wire.Node, error) {
	user, err := tx.user(p.Get("UserName"))
	if err != nil {
		return nil, err
	}
	groups := slices.DeleteFunc(tx.state.groups.sorted(), func(g *Group) bool {
		return !slices.Contains(user.Groups, g.Name)
	})
	return wire.PagedList(p, "Groups", groups, nameKey[*Group], groupContent)
}

func groupContent(group *Group) []wire.Node {
	return []wire.Node{
		wire.Text("Path", group.Path), wire.Text("GroupName", group.Name), wire.Text("GroupId", group.ID), wire.Text("Arn", group.ARN),
		wire.Timestamp("CreateDate", group.Created),
	}
}
