// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// userContent leaves out the boundary and the tags in lists.
func userContent(user *store.User, details bool) []wire.Node {
	content := []wire.Node{
		wire.Text("Path", user.Path), wire.Text("UserName", user.Name), wire.Text("UserId", user.ID),
		wire.Text("Arn", user.ARN), wire.Timestamp("CreateDate", user.Created),
	}
	if details {
		content = append(content, boundaryNodes(user.PermissionsBoundary)...)
		content = append(content, tagNodes(user.Tags)...)
	}
	return content
}

func groupContent(group *store.Group) []wire.Node {
	return []wire.Node{
		wire.Text("Path", group.Path), wire.Text("GroupName", group.Name), wire.Text("GroupId", group.ID),
		wire.Text("Arn", group.ARN), wire.Timestamp("CreateDate", group.Created),
	}
}

// profileContent shows the role without its description, as IAM does.
func (t *Transaction) profileContent(profile *store.InstanceProfile, tags bool) []wire.Node {
	var roles []*store.Role
	if role, ok := t.state.Roles.Get(profile.Role); ok && profile.Role != "" {
		roles = append(roles, role)
	}
	content := []wire.Node{
		wire.Text("Path", profile.Path), wire.Text("InstanceProfileName", profile.Name),
		wire.Text("InstanceProfileId", profile.ID), wire.Text("Arn", profile.ARN),
		wire.Timestamp("CreateDate", profile.Created),
		wire.ListOf("Roles", roles, func(role *store.Role) []wire.Node { return t.roleContent(role, roleView{}) }),
	}
	if tags {
		content = append(content, tagNodes(profile.Tags)...)
	}
	return content
}
