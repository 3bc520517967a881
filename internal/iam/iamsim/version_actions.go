// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

var versionActions = []action{
	{
		name: "CreatePolicyVersion", write: true, do: createVersion,
		needs: []constraint{policyARN, policyDoc}, takes: []constraint{enum("SetAsDefault", "true", "false")},
	},
	{name: "GetPolicyVersion", needs: []constraint{policyARN, versionID}, do: getVersion},
	{name: "ListPolicyVersions", needs: []constraint{policyARN}, takes: []constraint{maxItems, marker}, do: listVersions},
	{name: "SetDefaultPolicyVersion", write: true, needs: []constraint{policyARN, versionID}, do: setDefaultVersion},
	{name: "DeletePolicyVersion", write: true, needs: []constraint{policyARN, versionID}, do: deleteVersion},
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
func createVersion(tx *transaction, p params) ([]node, error) {
	found, err := tx.ownPolicy(p.get("PolicyArn"), "iam:CreatePolicyVersion")
	if err != nil {
		return nil, err
	}
	if err := tx.checkManagedDocument(p.get("PolicyDocument")); err != nil {
		return nil, err
	}
	if limit := tx.sim.quotas.VersionsPerPolicy; len(found.Versions) >= limit {
		return nil, limitExceeded("A managed policy can have up to %d versions. Before you create a new version, you must "+
			"delete an existing version.", limit)
	}
	changed := found.clone()
	version := changed.addVersion(p.get("PolicyDocument"), tx.now.UTC().Truncate(time.Second))
	if p.flag("SetAsDefault") {
		changed.DefaultID = version.ID
	}
	tx.state.policies.put(changed)
	return []node{element("PolicyVersion", changed.versionContent(version)...)}, nil
}

func getVersion(tx *transaction, p params) ([]node, error) {
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	content := append([]node{document("Document", version.Document)}, found.versionContent(version)...)
	return []node{element("PolicyVersion", content...)}, nil
}

// listVersions shows the newest first, without documents.
func listVersions(tx *transaction, p params) ([]node, error) {
	found, err := tx.policy(p.get("PolicyArn"))
	if err != nil {
		return nil, err
	}
	versions := slices.Clone(found.Versions)
	slices.Reverse(versions)
	newestFirst := func(v PolicyVersion) string {
		n, _ := strconv.Atoi(v.ID[1:])
		return fmt.Sprintf("%09d", 999999999-n)
	}
	return paged(p, "Versions", versions, newestFirst, found.versionContent)
}

func setDefaultVersion(tx *transaction, p params) ([]node, error) {
	if _, err := tx.ownPolicy(p.get("PolicyArn"), "iam:SetDefaultPolicyVersion"); err != nil {
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

func deleteVersion(tx *transaction, p params) ([]node, error) {
	if _, err := tx.ownPolicy(p.get("PolicyArn"), "iam:DeletePolicyVersion"); err != nil {
		return nil, err
	}
	found, version, err := tx.version(p)
	if err != nil {
		return nil, err
	}
	if version.ID == found.DefaultID {
		return nil, deleteConflict("Cannot delete the default version of a policy.")
	}
	changed := found.clone()
	changed.Versions = slices.DeleteFunc(changed.Versions, func(v PolicyVersion) bool { return v.ID == version.ID })
	tx.state.policies.put(changed)
	return nil, nil
}

func (t *transaction) version(p params) (*Policy, PolicyVersion, error) {
	found, err := t.policy(p.get("PolicyArn"))
	if err != nil {
		return nil, PolicyVersion{}, err
	}
	version, ok := found.version(p.get("VersionId"))
	if !ok {
		return nil, PolicyVersion{}, noSuchEntity("Policy %s version %s does not exist or is not attachable.",
			found.ARN, p.get("VersionId"))
	}
	return found, version, nil
}

func (p *Policy) versionContent(version PolicyVersion) []node {
	return []node{
		text("VersionId", version.ID), boolean("IsDefaultVersion", version.ID == p.DefaultID),
		timestamp("CreateDate", version.Created),
	}
}
