// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

var policyActions = []Action{
	{
		Name: "CreatePolicy", Write: true, do: createPolicy,
		needs: []wire.Constraint{policyName, policyDoc}, takes: []wire.Constraint{policyPath, freeText, tagList},
	},
	{Name: "GetPolicy", needs: []wire.Constraint{policyARN}, do: getPolicy},
	{Name: "DeletePolicy", Write: true, needs: []wire.Constraint{policyARN}, do: deletePolicy},
	{
		Name: "ListPolicies", do: listPolicies,
		takes: []wire.Constraint{
			wire.Enum("Scope", "All", "AWS", "Local"), wire.Enum("OnlyAttached", "true", "false"), policyPrefix, policyUsage,
			maxItems, marker,
		},
	},
	{
		Name: "ListEntitiesForPolicy", do: listEntitiesForPolicy,
		needs: []wire.Constraint{policyARN},
		takes: []wire.Constraint{
			wire.Enum("EntityFilter", "User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"), policyUsage,
			entityPrefix, maxItems, marker,
		},
	},
}

func createPolicy(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	name, doc := p.Get("PolicyName"), p.Get("PolicyDocument")
	if tx.state.Policies.Taken(name) {
		return nil, wire.AlreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
	}
	if limit := tx.World.Quotas.Policies; len(tx.state.Policies) >= limit {
		return nil, wire.QuotaExceeded("PoliciesPerAccount", limit)
	}
	if err := tx.checkManagedDocument(doc); err != nil {
		return nil, err
	}
	tags, err := tx.withTags(nil, tagsIn(p), exactKey)
	if err != nil {
		return nil, err
	}
	created := &store.Policy{
		Entity: tx.create("policy", "ANPA", name, p.Get("Path"), tags), Description: p.Get("Description"),
	}
	created.AddVersion(doc, created.Created)
	created.DefaultID = created.Versions[0].ID
	tx.state.Policies.Put(created)
	return []wire.Node{wire.Element("Policy", tx.policyContent(created, policyView{tags: true})...)}, nil
}

func (t *Transaction) checkManagedDocument(doc string) error {
	if err := checkDocument(doc, policy.ManagedPolicy); err != nil {
		return err
	}
	if limit := t.World.Quotas.PolicySize; countedSize(doc) > limit {
		return wire.QuotaExceeded("PolicySize", limit)
	}
	return nil
}

func getPolicy(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	view := policyView{description: true, emptyTags: true}
	return []wire.Node{wire.Element("Policy", tx.policyContent(found, view)...)}, nil
}

// deletePolicy refuses in AWS's order: attachments and use as a boundary, then further versions.
func deletePolicy(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:DeletePolicy")
	if err != nil {
		return nil, err
	}
	if tx.uses(found.ARN) != (store.Usage{}) {
		return nil, wire.DeleteConflict("Cannot delete a policy attached to entities.")
	}
	if len(found.Versions) > 1 {
		return nil, wire.DeleteConflict("This policy has more than one version. Before you delete a policy, you must " +
			"delete the policy's versions. The default version is deleted with the policy.")
	}
	tx.state.Policies.Remove(found.Name)
	return nil, nil
}

func listPolicies(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	var all []*store.Policy
	if p.Get("Scope") != "AWS" {
		all = append(all, tx.state.Policies.Sorted()...)
	}
	if p.Get("Scope") != "Local" {
		for _, managed := range tx.World.Managed {
			all = append(all, managed)
		}
	}
	kept := slices.DeleteFunc(store.UnderPath(all, p.Get("PathPrefix")), func(each *store.Policy) bool {
		return !tx.listed(each, p)
	})
	slices.SortFunc(kept, func(a, b *store.Policy) int { return strings.Compare(a.ARN, b.ARN) })
	return wire.PagedList(p, "Policies", kept, func(each *store.Policy) string { return each.ARN },
		func(each *store.Policy) []wire.Node { return tx.policyContent(each, policyView{}) })
}

func (t *Transaction) listed(each *store.Policy, p wire.Params) bool {
	use := t.uses(each.ARN)
	switch p.Get("PolicyUsageFilter") {
	case "PermissionsPolicy":
		return use.Attachments > 0
	case "PermissionsBoundary":
		return use.Boundaries > 0
	}
	return !p.Flag("OnlyAttached") || use.Attachments > 0
}

// listEntitiesForPolicy pages over groups, users and roles as one list.
func listEntitiesForPolicy(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	uses := func(identity *store.Identity) bool {
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
		for _, identity := range store.UnderPath(kind.all(tx.state), p.Get("PathPrefix")) {
			if uses(identity) {
				entries = append(entries, kind.entry(identity))
			}
		}
	}
	return wire.PagedLists(p, entries, "PolicyGroups", "PolicyUsers", "PolicyRoles")
}

func (k *identityKind) entry(identity *store.Identity) wire.Entry {
	return wire.Entry{
		List: "Policy" + k.label + "s", Key: k.label + "/" + store.Key(identity),
		Content: func() []wire.Node {
			return []wire.Node{wire.Text(k.label+"Name", identity.Name), wire.Text(k.label+"Id", identity.ID)}
		},
	}
}
