// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// policyView says which fields of a policy an action shows.
type policyView struct {
	description bool
	tags        bool
	emptyTags   bool // tags are there even when there are none
}

func (t *Transaction) policyContent(each *store.Policy, view policyView) []wire.Node {
	use := t.uses(each.ARN)
	content := []wire.Node{
		wire.Text("PolicyName", each.Name), wire.Text("PolicyId", each.ID), wire.Text("Arn", each.ARN),
		wire.Text("Path", each.Path), wire.Text("DefaultVersionId", each.DefaultID),
		wire.Number("AttachmentCount", use.Attachments),
		wire.Number("PermissionsBoundaryUsageCount", use.Boundaries), wire.Boolean("IsAttachable", true),
		wire.Timestamp("CreateDate", each.Created), wire.Timestamp("UpdateDate", each.Updated),
	}
	if view.description {
		content = append(content, wire.OptionalText("Description", each.Description)...)
	}
	switch {
	case view.emptyTags:
		content = append(content, wire.ListOf("Tags", each.Tags, tagContent))
	case view.tags:
		content = append(content, tagNodes(each.Tags)...)
	}
	return content
}

func versionContent(p *store.Policy, version store.PolicyVersion) []wire.Node {
	return []wire.Node{
		wire.Text("VersionId", version.ID), wire.Boolean("IsDefaultVersion", version.ID == p.DefaultID),
		wire.Timestamp("CreateDate", version.Created),
	}
}
