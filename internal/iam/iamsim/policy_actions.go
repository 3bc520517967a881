// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

var policyActions = []action{
	{
		name: "CreatePolicy", write: true, do: createPolicy,
		needs: []wire.Constraint{policyName, policyDoc}, takes: []wire.Constraint{policyPath, freeText, tagList},
	},
	{name: "GetPolicy", needs: []wire.Constraint{policyARN}, do: getPolicy},
	{name: "DeletePolicy", write: true, needs: []wire.Constraint{policyARN}, do: deletePolicy},
	{
		name: "ListPolicies", do: listPolicies,
		takes: []wire.Constraint{
			wire.Enum("Scope", "All", "AWS", "Local"), wire.Enum("OnlyAttached", "true", "false"), policyPrefix, policyUsage,
			maxItems, marker,
		},
	},
	{
		name: "ListEntitiesForPolicy", do: listEntitiesForPolicy,
		needs: []wire.Constraint{policyARN},
		takes: []wire.Constraint{
			wire.Enum("EntityFilter", "User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"), policyUsage,
			entityPrefix, maxItems, marker,
		},
	},
}

func createPolicy(tx *transaction, p wire.Params) ([]wire.Node, error) {
	name, doc := p.Get("PolicyName"), p.Get("PolicyDocument")
	if tx.state.policies.taken(name) {
		return nil, wire.AlreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
	}
	if limit := tx.sim.quotas.Policies; len(tx.state.policies) >= limit {
		return nil, wire.QuotaExceeded("PoliciesPerAccount", limit)
	}
	if err := tx.checkManagedDocument(doc); err != nil {
		return nil, err
	}
	tags, err := tx.withTags(nil, tagsIn(p), exactKey)
	if err != nil {
		return nil, err
	}
	created := &Policy{
		Entity: tx.create("policy", "ANPA", name, p.Get("Path"), tags), Description: p.Get("Description"),
	}
	created.addVersion(doc, created.Created)
	created.DefaultID = created.Versions[0].ID
	tx.state.policies.put(created)
	return []wire.Node{wire.Element("Policy", tx.policyContent(created, policyView{tags: true})...)}, nil
}

func (t *transaction) checkManagedDocument(doc string) error {
	if err := checkDocument(doc, policy.ManagedPolicy); err != nil {
		return err
	}
	if limit := t.sim.quotas.PolicySize; countedSize(doc) > limit {
		return wire.QuotaExceeded("PolicySize", limit)
	}
	return nil
}

func getPolicy(tx *transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	return []wire.Node{wire.Element("Policy", tx.policyContent(found, policyView{description: true, tags: true})...)}, nil
}

// deletePolicy refuses in AWS's order: attachments and use as a boundary, then further versions.
func deletePolicy(tx *transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:DeletePolicy")
	if err != nil {
		return nil, err
	}
	if tx.uses(found.ARN) != (usage{}) {
		return nil, wire.DeleteConflict("Cannot delete a policy attached to entities.")
	}
	if len(found.Versions) > 1 {
		return nil, wire.DeleteConflict("This policy has more than one version. Before you delete a policy, you must delete " +
			"the policy's versions. The default version is deleted with the policy.")
	}
	tx.state.policies.remove(found.Name)
	return nil, nil
}

func listPolicies(tx *transaction, p wire.Params) ([]wire.Node, error) {
	var all []*Policy
	if p.Get("Scope") != "AWS" {
		all = append(all, tx.state.policies.sorted()...)
	}
	if p.Get("Scope") != "Local" {
		for _, managed := range tx.sim.managed {
			all = append(all, managed)
		}
	}
	kept := slices.DeleteFunc(underPath(all, p.Get("PathPrefix")), func(each *Policy) bool {
		return !tx.listed(each, p)
	})
	slices.SortFunc(kept, func(a, b *Policy) int { return strings.Compare(a.ARN, b.ARN) })
	return wire.PagedList(p, "Policies", kept, func(each *Policy) string { return each.ARN },
		func(each *Policy) []wire.Node { return tx.policyContent(each, policyView{}) })
}

func (t *transaction) listed(each *Policy, p wire.Params) bool {
	use := t.uses(each.ARN)
	switch p.Get("PolicyUsageFilter") {
	case "PermissionsPolicy":
		return use.attachments > 0
	case "PermissionsBoundary":
		return use.boundaries > 0
	}
	return !p.Flag("OnlyAttached") || use.attachments > 0
}

// listEntitiesForPolicy pages over groups, users and roles as one list.
func listEntitiesForPolicy(tx *transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	uses := func(identity *Identity) bool {
		attached := slices.Contains(identity.AttachedPolicies, found.ARN)
		bounded := identity.PermissionsBoundary == found.ARN
		switch p.Get("PolicyUsageFilter") {
		case "PermissionsPolicy":
			return attached
		case "PermissionsBoundary":
			return bounded
		}
		return attached || bounded
	}
	var entries []wire.Entry
	for _, kind := range identityKinds {
		if filter := p.Get("EntityFilter"); filter != "" && filter != kind.label {
			continue
		}
		for _, identity := range underPath(kind.all(tx.state), p.Get("PathPrefix")) {
			if uses(identity) {
				entries = append(entries, kind.entry(identity))
			}
		}
	}
	return wire.PagedLists(p, entries, "PolicyGroups", "PolicyUsers", "PolicyRoles")
}

func (k *identityKind) entry(identity *Identity) wire.Entry {
	return wire.Entry{
		List: "Policy" + k.label + "s", Key: k.label + "/" + nameKey(identity),
		Content: func() []wire.Node {
			return []wire.Node{wire.Text(k.label+"Name", identity.Name), wire.Text(k.label+"Id", identity.ID)}
		},
	}
}

// policyView says which fields of a policy an action shows.
type policyView struct{ description, tags bool }

func (t *transaction) policyContent(each *Policy, view policyView) []wire.Node {
	use := t.uses(each.ARN)
	content := []wire.Node{
		wire.Text("PolicyName", each.Name), wire.Text("PolicyId", each.ID), wire.Text("Arn", each.ARN), wire.Text("Path", each.Path),
		wire.Text("DefaultVersionId", each.DefaultID), wire.Number("AttachmentCount", use.attachments),
		wire.Number("PermissionsBoundaryUsageCount", use.boundaries), wire.Boolean("IsAttachable", true),
		wire.Timestamp("CreateDate", each.Created), wire.Timestamp("UpdateDate", each.Updated),
	}
	if view.description {
		content = append(content, wire.OptionalText("Description", each.Description)...)
	}
	if view.tags {
		content = append(content, tagNodes(each.Tags)...)
	}
	return content
}
