// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "slices"

var groupActions = []action{
	{
		name: "CreateGroup", write: true, do: createGroup,
		needs: []constraint{groupName}, takes: []constraint{entityPath},
	},
	{name: "GetGroup", needs: []constraint{groupName}, takes: []constraint{maxItems, marker}, do: getGroup},
	{name: "DeleteGroup", write: true, needs: []constraint{groupName}, do: deleteGroup},
	{name: "ListGroups", takes: []constraint{pathPrefix, maxItems, marker}, do: listGroups},
	{name: "AddUserToGroup", write: true, needs: []constraint{groupName, userName}, do: addUserToGroup},
	{name: "RemoveUserFromGroup", write: true, needs: []constraint{groupName, userName}, do: removeUserFromGroup},
	{
		name: "ListGroupsForUser", do: listGroupsForUser,
		needs: []constraint{userName}, takes: []constraint{maxItems, marker},
	},
}

func (t *transaction) group(name string) (*Group, error) {
	return found(t, name, func(s *state) index[*Group] { return s.groups }, "The group with name %s cannot be found.")
}

func createGroup(tx *transaction, p params) ([]node, error) {
	name := p.get("GroupName")
	if tx.state.groups.taken(name) {
		return nil, alreadyExists("Group with name %s already exists.", name)
	}
	if limit := tx.sim.quotas.Groups; len(tx.state.groups) >= limit {
		return nil, quotaExceeded("GroupsPerAccount", limit)
	}
	group := &Group{Identity: Identity{Entity: tx.create("group", "AGPA", name, p.get("Path"), nil)}}
	tx.state.groups.put(group)
	return []node{element("Group", groupContent(group)...)}, nil
}

func getGroup(tx *transaction, p params) ([]node, error) {
	group, err := tx.group(p.get("GroupName"))
	if err != nil {
		return nil, err
	}
	users, err := paged(p, "Users", tx.state.members(group), nameKey[*User],
		func(user *User) []node { return userContent(user, false) })
	if err != nil {
		return nil, err
	}
	return append([]node{element("Group", groupContent(group)...)}, users...), nil
}

func (s *state) members(group *Group) []*User {
	return slices.DeleteFunc(s.users.sorted(), func(u *User) bool { return !slices.Contains(u.Groups, group.Name) })
}

func deleteGroup(tx *transaction, p params) ([]node, error) {
	group, err := tx.group(p.get("GroupName"))
	if err != nil {
		return nil, err
	}
	if len(tx.state.members(group)) > 0 {
		return nil, deleteConflict("Cannot delete entity, must remove users from group first.")
	}
	if err := hindrance(&group.Identity); err != nil {
		return nil, err
	}
	tx.state.groups.remove(group.Name)
	return nil, nil
}

func listGroups(tx *transaction, p params) ([]node, error) {
	return paged(p, "Groups", underPath(tx.state.groups.sorted(), p.get("PathPrefix")), nameKey[*Group], groupContent)
}

func addUserToGroup(tx *transaction, p params) ([]node, error) {
	return nil, tx.membership(p, func(user *User, group *Group) error {
		if slices.Contains(user.Groups, group.Name) {
			return nil
		}
		if limit := tx.sim.quotas.GroupsPerUser; len(user.Groups) >= limit {
			return quotaExceeded("GroupsPerUser", limit)
		}
		user.Groups = append(user.Groups, group.Name)
		return nil
	})
}

func removeUserFromGroup(tx *transaction, p params) ([]node, error) {
	return nil, tx.membership(p, func(user *User, group *Group) error {
		user.Groups = slices.DeleteFunc(user.Groups, func(name string) bool { return name == group.Name })
		return nil
	})
}

func (t *transaction) membership(p params, change func(*User, *Group) error) error {
	group, err := t.group(p.get("GroupName"))
	if err != nil {
		return err
	}
	user, err := t.user(p.get("UserName"))
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

func listGroupsForUser(tx *transaction, p params) ([]node, error) {
	user, err := tx.user(p.get("UserName"))
	if err != nil {
		return nil, err
	}
	groups := slices.DeleteFunc(tx.state.groups.sorted(), func(g *Group) bool {
		return !slices.Contains(user.Groups, g.Name)
	})
	return paged(p, "Groups", groups, nameKey[*Group], groupContent)
}

func groupContent(group *Group) []node {
	return []node{
		text("Path", group.Path), text("GroupName", group.Name), text("GroupId", group.ID), text("Arn", group.ARN),
		timestamp("CreateDate", group.Created),
	}
}
