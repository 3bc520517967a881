// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var userActions = []Action{
	{
		Name: "CreateUser", Write: true, do: createUser,
		needs: []wire.Constraint{newUserName}, takes: []wire.Constraint{entityPath, boundaryARN, tagList},
	},
	{Name: "GetUser", takes: []wire.Constraint{userName}, do: getUser},
	{Name: "DeleteUser", Write: true, needs: []wire.Constraint{userName}, do: deleteUser},
	{Name: "ListUsers", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listUsers},
}

func createUser(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("UserName")
	if tx.state.Users.Taken(name) {
		return nil, wire.AlreadyExists("User with name %s already exists.", name)
	}
	if limit := tx.World.Quotas.Users; len(tx.state.Users) >= limit {
		return nil, wire.QuotaExceeded("UsersPerAccount", limit)
	}
	tags, err := tx.withTags(nil, tagsIn(p), strings.EqualFold)
	if err != nil {
		return nil, err
	}
	if err := tx.checkBoundary(p.Get("PermissionsBoundary")); err != nil {
		return nil, err
	}
	user := &store.User{Identity: store.Identity{
		Entity: tx.create("user", "AIDA", name, p.Get("Path"), tags), PermissionsBoundary: p.Get("PermissionsBoundary"),
	}}
	tx.state.Users.Put(user)
	return []wire.Node{wire.Element("User", userContent(user, true)...)}, nil
}

// getUser without a name shows the caller, which need not be a user that was created here.
func getUser(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	if !p.Has("UserName") {
		return tx.callingUser()
	}
	user, err := tx.user(p.Get("UserName"))
	if err != nil {
		return nil, err
	}
	return []wire.Node{wire.Element("User", userContent(user, true)...)}, nil
}

func (t *Transaction) callingUser() ([]wire.Node, error) {
	if t.Caller.RoleARN() != "" {
		return nil, wire.ValidationError("Must specify userName when calling with non-store.User credentials")
	}
	name := t.Caller.ARN[strings.LastIndex(t.Caller.ARN, "/")+1:]
	self := store.Entity{Name: name, ID: t.Caller.UserID, ARN: t.Caller.ARN, Path: "/"}
	user := &store.User{Identity: store.Identity{Entity: self}}
	return []wire.Node{wire.Element("User", userContent(user, false)...)}, nil
}

func deleteUser(tx *Transaction, p wire.Params) ([]wire.Node, error) {
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
	tx.state.Users.Remove(user.Name)
	return nil, nil
}

func listUsers(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	users := store.UnderPath(tx.state.Users.Sorted(), p.Get("PathPrefix"))
	return wire.PagedList(p, "Users", users, store.Key[*store.User],
		func(user *store.User) []wire.Node { return userContent(user, false) })
}
