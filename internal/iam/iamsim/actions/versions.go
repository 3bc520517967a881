// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var versionActions = []Action{
	{
		Name: "CreatePolicyVersion", Write: true, do: createVersion,
		needs: []wire.Constraint{policyARN, policyDoc}, takes: []wire.Constraint{wire.Enum("SetAsDefault", "true", "false")},
	},
	{Name: "GetPolicyVersion", needs: []wire.Constraint{policyARN, versionID}, do: getVersion},
	{
		Name: "ListPolicyVersions", do: listVersions,
		needs: []wire.Constraint{policyARN}, takes: []wire.Constraint{maxItems, marker},
	},
	{Name: "SetDefaultPolicyVersion", Write: true, needs: []wire.Constraint{policyARN, versionID}, do: setDefaultVersion},
	{Name: "DeletePolicyVersion", Write: true, needs: []wire.Constraint{policyARN, versionID}, do: deleteVersion},
}

// createVersion answers without the document, as IAM does.
func createVersion(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:CreatePolicyVersion")
	if err != nil {
		return nil, err
	}
	if err := tx.checkManagedDocument(p.Get("PolicyDocument")); err != nil {
		return nil, err
	}
	if limit := tx.World.Quotas.VersionsPerPolicy; len(found.Versions) >= limit {
		return nil, wire.LimitExceeded("A managed policy can have up to %d versions. Before you create a new version, you "+
			"must delete an existing version.", limit)
	}
	changed := found.Clone()
	version := changed.AddVersion(p.Get("PolicyDocument"), tx.second())
	if p.Flag("SetAsDefault") {
		changed.DefaultID = version.ID
	}
	tx.state.Policies.Put(changed)
	return []wire.Node{wire.Element("PolicyVersion", versionContent(changed, version)...)}, nil
}

func getVersion(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	content := append([]wire.Node{wire.Document("Document", version.Document)}, versionContent(found, version)...)
	return []wire.Node{wire.Element("PolicyVersion", content...)}, nil
}

// listVersions shows the newest first, without documents.
func listVersions(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	versions := slices.Clone(found.Versions)
	slices.Reverse(versions)
	newestFirst := func(v store.PolicyVersion) string {
		n, _ := strconv.Atoi(v.ID[1:])
		return fmt.Sprintf("%09d", 999999999-n)
	}
	return wire.PagedList(p, "Versions", versions, newestFirst,
		func(v store.PolicyVersion) []wire.Node { return versionContent(found, v) })
}

func setDefaultVersion(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	if _, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:SetDefaultPolicyVersion"); err != nil {
		return nil, err
	}
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	changed := found.Clone()
	changed.DefaultID, changed.Updated = version.ID, tx.second()
	tx.state.Policies.Put(changed)
	return nil, nil
}

func deleteVersion(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	if _, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:DeletePolicyVersion"); err != nil {
		return nil, err
	}
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	if version.ID == found.DefaultID {
		return nil, wire.DeleteConflict("Cannot delete the default version of a policy.")
	}
	changed := found.Clone()
	changed.Versions = slices.DeleteFunc(changed.Versions, func(v store.PolicyVersion) bool { return v.ID == version.ID })
	tx.state.Policies.Put(changed)
	return nil, nil
}

func (t *Transaction) version(p wire.Params) (*store.Policy, store.PolicyVersion, error) {
	found, err := t.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, store.PolicyVersion{}, err
	}
	version, ok := found.Version(p.Get("VersionId"))
	if !ok {
		return nil, store.PolicyVersion{}, wire.NoSuchEntity("Policy %s version %s does not exist or is not attachable.",
			found.ARN, p.Get("VersionId"))
	}
	return found, version, nil
}
