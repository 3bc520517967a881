// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// roleView says which fields of a role an action shows.
type roleView struct {
	trust       string // the trust policy as it was sent; empty: as IAM keeps it
	description bool
	session     bool // MaxSessionDuration
	details     bool // PermissionsBoundary and Tags
	lastUsed    bool // RoleLastUsed
}

func (t *Transaction) roleContent(role *store.Role, view roleView) []wire.Node {
	trust := view.trust
	if trust == "" {
		trust = t.World.ShowTrust(role.Trust, true)
	}
	content := []wire.Node{
		wire.Text("Path", role.Path), wire.Text("RoleName", role.Name), wire.Text("RoleId", role.ID),
		wire.Text("Arn", role.ARN), wire.Timestamp("CreateDate", role.Created),
		wire.Document("AssumeRolePolicyDocument", trust),
	}
	if view.description && role.Described {
		content = append(content, wire.Text("Description", role.Description))
	}
	if view.session {
		content = append(content, wire.Number("MaxSessionDuration", role.MaxSessionDuration))
	}
	if view.details {
		content = append(content, boundaryNodes(role.PermissionsBoundary)...)
		content = append(content, tagNodes(role.Tags)...)
	}
	if view.lastUsed {
		content = append(content, lastUsedNode(role.LastUsed))
	}
	return content
}

// lastUsedNode is empty for a role that was never used.
func lastUsedNode(used *store.LastUsed) wire.Node {
	if used == nil {
		return wire.Element("RoleLastUsed")
	}
	return wire.Element("RoleLastUsed",
		wire.Timestamp("LastUsedDate", used.Time.Truncate(time.Second)), wire.Text("Region", used.Region))
}

func boundaryNodes(arn string) []wire.Node {
	if arn == "" {
		return nil
	}
	return []wire.Node{wire.Element("PermissionsBoundary",
		wire.Text("PermissionsBoundaryType", "Policy"), wire.Text("PermissionsBoundaryArn", arn))}
}
