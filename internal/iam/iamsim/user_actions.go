// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "strings"

var userActions = []action{
	{
		name: "CreateUser", write: true, do: createUser,
		needs: []constraint{userName}, takes: []constraint{entityPath, boundaryARN, tagList},
	},
	{name: "GetUser", takes: []constraint{userName}, do: getUser},
	{name: "DeleteUser", write: true, needs: []constraint{userName}, do: deleteUser},
	{name: "ListUsers", takes: []constraint{pathPrefix, maxItems, marker}, do: listUsers},
}

func (t *transaction) user(name string) (*User, error) {
	return found(t, name, func(s *state) index[*User] { return s.users }, "The user with name %s cannot be found.")
}

func createUser(tx *transaction, p params) ([]node, error) {
	name := p.get("UserName")
	if tx.state.users.taken(name) {
		return nil, alreadyExists("User with name %s already exists.", name)
	}
	if limit := tx.sim.quotas.Users; len(tx.state.users) >= limit {
		return nil, quotaExceeded("UsersPerAccount", limit)
	}
	tags, err := tx.withTags(nil, p.tags("Tags"), strings.EqualFold)
	if err != nil {
		return nil, err
	}
	if err := tx.checkBoundary(p.get("PermissionsBoundary")); err != nil {
		return nil, err
	}
	user := &User{Identity: Identity{
		Entity: tx.create("user", "AIDA", name, p.get("Path"), tags), PermissionsBoundary: p.get("PermissionsBoundary"),
	}}
	tx.state.users.put(user)
	return []node{element("User", userContent(user, true)...)}, nil
}

// getUser without a name shows the caller, which need not be a user that was created here.
func getUser(tx *transaction, p params) ([]node, error) {
	if !p.has("UserName") {
		return tx.callingUser()
	}
	user, err := tx.user(p.get("UserName"))
	if err != nil {
		return nil, err
	}
	return []node{element("User", userContent(user, true)...)}, nil
}

func (t *transaction) callingUser() ([]node, error) {
	if t.caller.roleARN != "" {
		return nil, validationError("Must specify userName when calling with non-User credentials")
	}
	name := t.caller.arn[strings.LastIndex(t.caller.arn, "/")+1:]
	user := &User{Identity: Identity{Entity: Entity{Name: name, ID: t.caller.userID, ARN: t.caller.arn, Path: "/"}}}
	return []node{element("User", userContent(user, false)...)}, nil
}

func deleteUser(tx *transaction, p params) ([]node, error) {
	user, err := tx.user(p.get("UserName"))
	if err != nil {
		return nil, err
	}
	if len(user.Groups) > 0 {
		return nil, deleteConflict("Cannot delete entity, must remove users from group first.")
	}
	if err := hindrance(&user.Identity); err != nil {
		return nil, err
	}
	tx.state.users.remove(user.Name)
	return nil, nil
}

// hindrance is why an identity with policies cannot be deleted yet: attachments first, then inline policies.
func hindrance(identity *Identity) error {
	if len(identity.AttachedPolicies) > 0 {
		return deleteConflict("Cannot delete entity, must detach all policies first.")
	}
	if len(identity.InlinePolicies) > 0 {
		return deleteConflict("Cannot delete entity, must delete policies first.")
	}
	return nil
}

func listUsers(tx *transaction, p params) ([]node, error) {
	return paged(p, "Users", underPath(tx.state.users.sorted(), p.get("PathPrefix")), nameKey[*User],
		func(user *User) []node { return userContent(user, false) })
}

// userContent leaves out the boundary and the tags in lists.
func userContent(user *User, details bool) []node {
	content := []node{
		text("Path", user.Path), text("UserName", user.Name), text("UserId", user.ID), text("Arn", user.ARN),
		timestamp("CreateDate", user.Created),
	}
	if details {
		content = append(content, boundaryNodes(user.PermissionsBoundary)...)
		content = append(content, tagNodes(user.Tags)...)
	}
	return content
}
