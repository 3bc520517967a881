// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var profileActions = []Action{
	{
		Name: "CreateInstanceProfile", Write: true, do: createProfile,
		needs: []wire.Constraint{profileName}, takes: []wire.Constraint{entityPath, tagList},
	},
	{Name: "GetInstanceProfile", needs: []wire.Constraint{profileName}, do: getProfile},
	{Name: "DeleteInstanceProfile", Write: true, needs: []wire.Constraint{profileName}, do: deleteProfile},
	{Name: "AddRoleToInstanceProfile", Write: true, needs: []wire.Constraint{profileName, roleName}, do: addRoleToProfile},
	{
		Name: "RemoveRoleFromInstanceProfile", Write: true, do: removeRoleFromProfile,
		needs: []wire.Constraint{profileName, roleName},
	},
	{Name: "ListInstanceProfiles", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listProfiles},
	{
		Name: "ListInstanceProfilesForRole", do: listProfilesForRole,
		needs: []wire.Constraint{roleName}, takes: []wire.Constraint{maxItems, marker},
	},
}

func createProfile(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("InstanceProfileName")
	if tx.state.Profiles.Taken(name) {
		return nil, wire.AlreadyExists("Instance Profile %s already exists.", name)
	}
	if limit := tx.World.Quotas.InstanceProfiles; len(tx.state.Profiles) >= limit {
		return nil, wire.QuotaExceeded("InstanceProfilesPerAccount", limit)
	}
	tags, err := tx.withTags(nil, tagsIn(p), exactKey)
	if err != nil {
		return nil, err
	}
	profile := &store.InstanceProfile{Entity: tx.create("instance-profile", "AIPA", name, p.Get("Path"), tags)}
	tx.state.Profiles.Put(profile)
	return []wire.Node{wire.Element("InstanceProfile", tx.profileContent(profile, true)...)}, nil
}

func getProfile(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	return []wire.Node{wire.Element("InstanceProfile", tx.profileContent(profile, true)...)}, nil
}

func deleteProfile(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	if profile.Role != "" {
		return nil, wire.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	tx.state.Profiles.Remove(profile.Name)
	return nil, nil
}

func addRoleToProfile(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	role, err := tx.modifiableRole(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if profile.Role != "" {
		return nil, wire.QuotaExceeded("InstanceSessionsPerInstanceProfile", 1)
	}
	changed := profile.Clone()
	changed.Role = role.Name
	tx.state.Profiles.Put(changed)
	return nil, nil
}

func removeRoleFromProfile(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	if profile.Role == "" || profile.Role != p.Get("RoleName") {
		return nil, wire.NoSuchEntity("The role with name %s cannot be found.", p.Get("RoleName"))
	}
	changed := profile.Clone()
	changed.Role = ""
	tx.state.Profiles.Put(changed)
	return nil, nil
}

func listProfiles(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	return tx.pagedProfiles(p, store.UnderPath(tx.state.Profiles.Sorted(), p.Get("PathPrefix")))
}

func listProfilesForRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	return tx.pagedProfiles(p, tx.state.ProfilesOf(role.Name))
}

// pagedProfiles lists profiles without their tags.
func (t *Transaction) pagedProfiles(p wire.Params, profiles []*store.InstanceProfile) ([]wire.Node, error) {
	return wire.PagedList(p, "InstanceProfiles", profiles, store.Key[*store.InstanceProfile],
		func(profile *store.InstanceProfile) []wire.Node { return t.profileContent(profile, false) })
}
