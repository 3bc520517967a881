// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var versionActions = []action{
	{
		name: "CreatePolicyVersion", write: true, do: createVersion,
		needs: []wire.Constraint{policyARN, policyDoc}, takes: []wire.Constraint{wire.Enum("SetAsDefault", "true", "false")},
	},
	{name: "GetPolicyVersion", needs: []wire.Constraint{policyARN, versionID}, do: getVersion},
	{name: "ListPolicyVersions", needs: []wire.Constraint{policyARN}, takes: []wire.Constraint{maxItems, marker}, do: listVersions},
	{name: "SetDefaultPolicyVersion", write: true, needs: []wire.Constraint{policyARN, versionID}, do: setDefaultVersion},
	{name: "DeletePolicyVersion", write: true, needs: []wire.Constraint{policyARN, versionID}, do: deleteVersion},
}

// addVersion appends a version; ids are never used twice.
func (p *Policy) addVersion(doc string, now time.Time) PolicyVersion {
	p.nextVersion = max(p.nextVersion, 1)
	version := PolicyVersion{ID: "v" + strconv.Itoa(p.nextVersion), Document: doc, Created: now}
	p.nextVersion++
	p.Versions = append(p.Versions, version)
	p.Updated = now
	return version
}

// createVersion answers without the document, as IAM does.
func createVersion(tx *transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:CreatePolicyVersion")
	if err != nil {
		return nil, err
	}
	if err := tx.checkManagedDocument(p.Get("PolicyDocument")); err != nil {
		return nil, err
	}
	if limit := tx.sim.quotas.VersionsPerPolicy; len(found.Versions) >= limit {
		return nil, wire.LimitExceeded("A managed policy can have up to %d versions. Before you create a new version, you must "+
			"delete an existing version.", limit)
	}
	changed := found.clone()
	version := changed.addVersion(p.Get("PolicyDocument"), tx.now.UTC().Truncate(time.Second))
	if p.Flag("SetAsDefault") {
		changed.DefaultID = version.ID
	}
	tx.state.policies.put(changed)
	return []wire.Node{wire.Element("PolicyVersion", changed.versionContent(version)...)}, nil
}

func getVersion(tx *transaction, p wire.Params) ([]wire.Node, error) {
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	content := append([]wire.Node{wire.Document("Document", version.Document)}, found.versionContent(version)...)
	return []wire.Node{wire.Element("PolicyVersion", content...)}, nil
}

// listVersions shows the newest first, without documents.
func listVersions(tx *transaction, p wire.Params) ([]wire.Node, error) {
	found, err := tx.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	versions := slices.Clone(found.Versions)
	slices.Reverse(versions)
	newestFirst := func(v PolicyVersion) string {
		n, _ := strconv.Atoi(v.ID[1:])
		return fmt.Sprintf("%09d", 999999999-n)
	}
	return wire.PagedList(p, "Versions", versions, newestFirst, found.versionContent)
}

func setDefaultVersion(tx *transaction, p wire.Params) ([]wire.Node, error) {
	if _, err := tx.ownPolicy(p.Get("PolicyArn"), "iam:SetDefaultPolicyVersion"); err != nil {
		return nil, err
	}
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	changed := found.clone()
	changed.DefaultID, changed.Updated = version.ID, tx.now.UTC().Truncate(time.Second)
	tx.state.policies.put(changed)
	return nil, nil
}

func deleteVersion(tx *transaction, p wire.Params) ([]wire.Node, error) {
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
	changed := found.clone()
	changed.Versions = slices.DeleteFunc(changed.Versions, func(v PolicyVersion) bool { return v.ID == version.ID })
	tx.state.policies.put(changed)
	return nil, nil
}

func (t *transaction) version(p wire.Params) (*Policy, PolicyVersion, error) {
	found, err := t.policy(p.Get("PolicyArn"))
	if err != nil {
		return nil, PolicyVersion{}, err
	}
	version, ok := found.version(p.Get("VersionId"))
	if !ok {
		return nil, PolicyVersion{}, wire.NoSuchEntity("Policy %s version %s does not exist or is not attachable.",
			found.ARN, p.Get("VersionId"))
	}
	return found, version, nil
}

func (p *Policy) versionContent(version PolicyVersion) []wire.Node {
	return []wire.Node{
		wire.Text("VersionId", version.ID), wire.Boolean("IsDefaultVersion", version.ID == p.DefaultID),
		wire.Timestamp("CreateDate", version.Created),
	}
}
