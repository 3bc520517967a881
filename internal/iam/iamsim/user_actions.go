// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var userActions = []action{
	{
		name: "CreateUser", write: true, do: createUser,
		needs: []wire.Constraint{userName}, takes: []wire.Constraint{entityPath, boundaryARN, tagList},
	},
	{name: "GetUser", takes: []wire.Constraint{userName}, do: getUser},
	{name: "DeleteUser", write: true, needs: []wire.Constraint{userName}, do: deleteUser},
	{name: "ListUsers", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listUsers},
}

func (t *transaction) user(name string) (*User, error) {
	return found(t, name, func(s *state) index[*User] { return s.users }, "The user with name %s cannot be found.")
}

func createUser(tx *transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("UserName")
	if tx.state.users.taken(name) {
		return nil, wire.AlreadyExists("User with name %s already exists.", name)
	}
	if limit := tx.sim.quotas.Users; len(tx.state.users) >= limit {
		return nil, wire.QuotaExceeded("UsersPerAccount", limit)
	}
	tags, err := tx.withTags(nil, tagsIn(p), strings.EqualFold)
	if err != nil {
		return nil, err
	}
	if err := tx.checkBoundary(p.Get("PermissionsBoundary")); err != nil {
		return nil, err
	}
	user := &User{Identity: Identity{
		Entity: tx.create("user", "AIDA", name, p.Get("Path"), tags), PermissionsBoundary: p.Get("PermissionsBoundary"),
	}}
	tx.state.users.put(user)
	return []wire.Node{wire.Element("User", userContent(user, true)...)}, nil
}

// getUser without a name shows the caller, which need not be a user that was created here.
func getUser(tx *transaction, p wire.Params) ([]wire.Node, error) {
	if !p.Has("UserName") {
		return tx.callingUser()
	}
	user, err := tx.user(p.Get("UserName"))
	if err != nil {
		return nil, err
	}
	return []wire.Node{wire.Element("User", userContent(user, true)...)}, nil
}

func (t *transaction) callingUser() ([]wire.Node, error) {
	if t.caller.roleARN != "" {
		return nil, wire.ValidationError("Must specify userName when calling with non-User credentials")
	}
	name := t.caller.arn[strings.LastIndex(t.caller.arn, "/")+1:]
	user := &User{Identity: Identity{Entity: Entity{Name: name, ID: t.caller.userID, ARN: t.caller.arn, Path: "/"}}}
	return []wire.Node{wire.Element("User", userContent(user, false)...)}, nil
}

func deleteUser(tx *transaction, p wire.Params) ([]wire.Node, error) {
	user, err := tx.user(p.Get("UserName"))
	if err != nil {
		return nil, err
	}
	if len(user.Groups) > 0 {
		return nil, wire.DeleteConflict("Cannot delete entity, must remove users from group first.")
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
		return wire.DeleteConflict("Cannot delete entity, must detach all policies first.")
	}
	if len(identity.InlinePolicies) > 0 {
		return wire.DeleteConflict("Cannot delete entity, must delete policies first.")
	}
	return nil
}

func listUsers(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return wire.PagedList(p, "Users", underPath(tx.state.users.sorted(), p.Get("PathPrefix")), nameKey[*User],
		func(user *User) []wire.Node { return userContent(user, false) })
}

// userContent leaves out the boundary and the tags in lists.
func userContent(user *User, details bool) []wire.Node {
	content := []wire.Node{
		wire.Text("Path", user.Path), wire.Text("UserName", user.Name), wire.Text("UserId", user.ID), wire.Text("Arn", user.ARN),
		wire.Timestamp("CreateDate", user.Created),
	}
	if details {
		content = append(content, boundaryNodes(user.PermissionsBoundary)...)
		content = append(content, tagNodes(user.Tags)...)
	}
	return content
}
