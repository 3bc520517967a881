// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

var policyUsage = enum("PolicyUsageFilter", "PermissionsPolicy", "PermissionsBoundary")

var policyActions = []action{
	{
		name: "CreatePolicy", write: true, do: createPolicy,
		needs: []constraint{policyName, policyDoc}, takes: []constraint{policyPath, freeText, tagList},
	},
	{name: "GetPolicy", needs: []constraint{policyARN}, do: getPolicy},
	{name: "DeletePolicy", write: true, needs: []constraint{policyARN}, do: deletePolicy},
	{
		name: "ListPolicies", do: listPolicies,
		takes: []constraint{
			enum("Scope", "All", "AWS", "Local"), enum("OnlyAttached", "true", "false"), policyPrefix, policyUsage,
			maxItems, marker,
		},
	},
	{
		name: "ListEntitiesForPolicy", do: listEntitiesForPolicy,
		needs: []constraint{policyARN},
		takes: []constraint{
			enum("EntityFilter", "User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"), policyUsage,
			entityPrefix, maxItems, marker,
		},
	},
}

var entityPrefix = constraint{name: "PathPrefix", min: 1, max: 512, pattern: pathPattern, advice: pathAdvice}

func createPolicy(tx *transaction, p params) ([]node, error) {
	name, doc := p.get("PolicyName"), p.get("PolicyDocument")
	if tx.state.policies.taken(name) {
		return nil, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
	}
	if limit := tx.sim.quotas.Policies; len(tx.state.policies) >= limit {
		return nil, quotaExceeded("PoliciesPerAccount", limit)
	}
	if err := tx.checkManagedDocument(doc); err != nil {
		return nil, err
	}
	tags, err := tx.withTags(nil, p.tags("Tags"), exactKey)
	if err != nil {
		return nil, err
	}
	created := &Policy{
		Entity: tx.create("policy", "ANPA", name, p.get("Path"), tags), Description: p.get("Description"),
	}
	created.addVersion(doc, created.Created)
	created.DefaultID = created.Versions[0].ID
	tx.state.policies.put(created)
	return []node{element("Policy", tx.policyContent(created, policyView{tags: true})...)}, nil
}

func (t *transaction) checkManagedDocument(doc string) error {
	if err := checkDocument(doc, policy.ManagedPolicy); err != nil {
		return err
	}
	if limit := t.sim.quotas.PolicySize; countedSize(doc) > limit {
		return quotaExceeded("PolicySize", limit)
	}
	return nil
}

func getPolicy(tx *transaction, p params) ([]node, error) {
	found, err := tx.policy(p.get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	return []node{element("Policy", tx.policyContent(found, policyView{description: true, tags: true})...)}, nil
}

// deletePolicy refuses in AWS's order: attachments and use as a boundary, then further versions.
func deletePolicy(tx *transaction, p params) ([]node, error) {
	found, err := tx.ownPolicy(p.get("PolicyArn"), "iam:DeletePolicy")
	if err != nil {
		return nil, err
	}
	if tx.uses(found.ARN) != (usage{}) {
		return nil, deleteConflict("Cannot delete a policy attached to entities.")
	}
	if len(found.Versions) > 1 {
		return nil, deleteConflict("This policy has more than one version. Before you delete a policy, you must delete " +
			"the policy's versions. The default version is deleted with the policy.")
	}
	tx.state.policies.remove(found.Name)
	return nil, nil
}

func listPolicies(tx *transaction, p params) ([]node, error) {
	var all []*Policy
	if p.get("Scope") != "AWS" {
		all = append(all, tx.state.policies.sorted()...)
	}
	if p.get("Scope") != "Local" {
		for _, managed := range tx.sim.managed {
			all = append(all, managed)
		}
	}
	kept := slices.DeleteFunc(underPath(all, p.get("PathPrefix")), func(each *Policy) bool {
		return !tx.listed(each, p)
	})
	slices.SortFunc(kept, func(a, b *Policy) int { return strings.Compare(a.ARN, b.ARN) })
	return paged(p, "Policies", kept, func(each *Policy) string { return each.ARN },
		func(each *Policy) []node { return tx.policyContent(each, policyView{}) })
}

func (t *transaction) listed(each *Policy, p params) bool {
	use := t.uses(each.ARN)
	switch p.get("PolicyUsageFilter") {
	case "PermissionsPolicy":
		return use.attachments > 0
	case "PermissionsBoundary":
		return use.boundaries > 0
	}
	return !p.flag("OnlyAttached") || use.attachments > 0
}

// listEntitiesForPolicy pages over groups, users and roles as one list.
func listEntitiesForPolicy(tx *transaction, p params) ([]node, error) {
	found, err := tx.policy(p.get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	uses := func(identity *Identity) bool {
		attached := slices.Contains(identity.AttachedPolicies, found.ARN)
		bounded := identity.PermissionsBoundary == found.ARN
		switch p.get("PolicyUsageFilter") {
		case "PermissionsPolicy":
			return attached
		case "PermissionsBoundary":
			return bounded
		}
		return attached || bounded
	}
	var entries []listEntry
	for _, kind := range identityKinds {
		if filter := p.get("EntityFilter"); filter != "" && filter != kind.label {
			continue
		}
		for _, identity := range underPath(kind.all(tx.state), p.get("PathPrefix")) {
			if uses(identity) {
				entries = append(entries, kind.entry(identity))
			}
		}
	}
	return pagedEntries(p, entries, "PolicyGroups", "PolicyUsers", "PolicyRoles")
}

func (k *identityKind) entry(identity *Identity) listEntry {
	return listEntry{
		list: "Policy" + k.label + "s", key: k.label + "/" + nameKey(identity),
		content: func() []node { return []node{text(k.label+"Name", identity.Name), text(k.label+"Id", identity.ID)} },
	}
}

// policyView says which fields of a policy an action shows.
type policyView struct{ description, tags bool }

func (t *transaction) policyContent(each *Policy, view policyView) []node {
	use := t.uses(each.ARN)
	content := []node{
		text("PolicyName", each.Name), text("PolicyId", each.ID), text("Arn", each.ARN), text("Path", each.Path),
		text("DefaultVersionId", each.DefaultID), number("AttachmentCount", use.attachments),
		number("PermissionsBoundaryUsageCount", use.boundaries), boolean("IsAttachable", true),
		timestamp("CreateDate", each.Created), timestamp("UpdateDate", each.Updated),
	}
	if view.description {
		content = append(content, optionalText("Description", each.Description)...)
	}
	if view.tags {
		content = append(content, tagNodes(each.Tags)...)
	}
	return content
}
