// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"cmp"
	"path"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// subject is what the action is about: the entity that its first required parameter names, if there is one.
func (a *Action) subject(p wire.Params) (kind, name string) {
	if len(a.needs) == 0 {
		return "", ""
	}
	parameter := a.needs[0].Name
	return parameter, p.Get(parameter)
}

// Resource is the ARN that a policy has to allow the action on; * for an action without one.
func (a *Action) Resource(t *Transaction, p wire.Params) string {
	entity := a.entity(t, p)
	if entity != nil {
		return entity.ARN
	}
	kind, name := a.subject(p)
	folder := cmp.Or(p.Get("Path"), "/")
	switch kind {
	case "RoleName":
		return t.World.ARN(t.Account.ID, "role"+folder+name)
	case "UserName":
		return t.World.ARN(t.Account.ID, "user"+folder+name)
	case "GroupName":
		return t.World.ARN(t.Account.ID, "group"+folder+name)
	case "InstanceProfileName":
		return t.World.ARN(t.Account.ID, "instance-profile"+folder+name)
	case "PolicyName":
		return t.World.ARN(t.Account.ID, "policy"+folder+name)
	case "AWSServiceName":
		made := catalogue.ServiceLinkedRoles[name].Name(p.Get("CustomSuffix"))
		return t.World.ARN(t.Account.ID, "role/aws-service-role/"+name+"/"+made)
	case "DeletionTaskId":
		return t.World.ARN(t.Account.ID, "role"+path.Dir(strings.TrimPrefix(name, "task")))
	case "PolicyArn", "RoleArn", "PolicySourceArn":
		return name
	}
	return "*"
}

// entity is the existing entity that the action is about, or nil.
func (a *Action) entity(t *Transaction, p wire.Params) *store.Entity {
	state := t.Account.State
	kind, name := a.subject(p)
	switch kind {
	case "RoleName":
		return baseOf(state.Roles.Get(name))
	case "UserName":
		return baseOf(state.Users.Get(name))
	case "GroupName":
		return baseOf(state.Groups.Get(name))
	case "InstanceProfileName":
		return baseOf(state.Profiles.Get(name))
	case "PolicyArn":
		found, ok := state.Policies.Get(store.NameIn(name))
		return baseOf(found, ok && found.ARN == name)
	}
	return nil
}

func baseOf[T store.Named](entity T, ok bool) *store.Entity {
	if !ok {
		return nil
	}
	return entity.Base()
}

func (t *Transaction) roleARN(name string) string {
	if role, ok := t.Account.State.Roles.Get(name); ok {
		return role.ARN
	}
	return t.World.ARN(t.Account.ID, "role/"+name)
}

// conditionKeys are those of the request and of the entity that it is about.
func (a *Action) conditionKeys(t *Transaction, p wire.Params) access.Context {
	keys := requestTags(p)
	if entity := a.entity(t, p); entity != nil {
		tagContext(keys, "aws:ResourceTag/", entity.Tags)
		tagContext(keys, "iam:ResourceTag/", entity.Tags)
		keys.Set("aws:ResourceAccount", t.Account.ID)
	}
	if strings.HasPrefix(a.Name, "Attach") || strings.HasPrefix(a.Name, "Detach") {
		keys.Set("iam:PolicyARN", p.Get("PolicyArn"))
	}
	if p.Has("AWSServiceName") {
		keys.Set("iam:AWSServiceName", p.Get("AWSServiceName"))
	}
	if boundary := a.boundaryKey(t, p); boundary != "" {
		keys.Set("iam:PermissionsBoundary", boundary)
	}
	return keys
}

// bounded are the actions on an existing role or user that have the key iam:PermissionsBoundary, with the boundary that
// is set already.
var bounded = map[string]bool{
	"PutRolePolicy": true, "DeleteRolePolicy": true, "AttachRolePolicy": true, "DetachRolePolicy": true,
	"DeleteRolePermissionsBoundary": true, "PutUserPolicy": true, "DeleteUserPolicy": true, "AttachUserPolicy": true,
	"DetachUserPolicy": true, "DeleteUserPermissionsBoundary": true,
}

// boundaryKey is the boundary that the call sets, or of bounded actions the one that is set.
func (a *Action) boundaryKey(t *Transaction, p wire.Params) string {
	if p.Has("PermissionsBoundary") || !bounded[a.Name] {
		return p.Get("PermissionsBoundary")
	}
	if role, ok := t.Account.State.Roles.Get(p.Get("RoleName")); ok {
		return role.PermissionsBoundary
	}
	if user, ok := t.Account.State.Users.Get(p.Get("UserName")); ok {
		return user.PermissionsBoundary
	}
	return ""
}

// requestTags are the tags and the tag keys of a call.
func requestTags(p wire.Params) access.Context {
	keys, tags := access.Context{}, tagsIn(p)
	tagContext(keys, "aws:RequestTag/", tags)
	names := append(keysOf(tags), p.List("TagKeys")...)
	keys.Set("aws:TagKeys", names...)
	return keys
}
