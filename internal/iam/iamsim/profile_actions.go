// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var profileActions = []action{
	{
		name: "CreateInstanceProfile", write: true, do: createProfile,
		needs: []wire.Constraint{profileName}, takes: []wire.Constraint{entityPath, tagList},
	},
	{name: "GetInstanceProfile", needs: []wire.Constraint{profileName}, do: getProfile},
	{name: "DeleteInstanceProfile", write: true, needs: []wire.Constraint{profileName}, do: deleteProfile},
	{name: "AddRoleToInstanceProfile", write: true, needs: []wire.Constraint{profileName, roleName}, do: addRoleToProfile},
	{
		name: "RemoveRoleFromInstanceProfile", write: true, do: removeRoleFromProfile,
		needs: []wire.Constraint{profileName, roleName},
	},
	{name: "ListInstanceProfiles", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listProfiles},
	{
		name: "ListInstanceProfilesForRole", do: listProfilesForRole,
		needs: []wire.Constraint{roleName}, takes: []wire.Constraint{maxItems, marker},
	},
}

func (t *transaction) profile(name string) (*InstanceProfile, error) {
	return found(t, name, func(s *state) index[*InstanceProfile] { return s.profiles },
		"Instance Profile %s cannot be found.")
}

func createProfile(tx *transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("InstanceProfileName")
	if tx.state.profiles.taken(name) {
		return nil, wire.AlreadyExists("Instance Profile %s already exists.", name)
	}
	if limit := tx.sim.quotas.InstanceProfiles; len(tx.state.profiles) >= limit {
		return nil, wire.QuotaExceeded("InstanceProfilesPerAccount", limit)
	}
	tags, err := tx.withTags(nil, tagsIn(p), exactKey)
	if err != nil {
		return nil, err
	}
	profile := &InstanceProfile{Entity: tx.create("instance-profile", "AIPA", name, p.Get("Path"), tags)}
	tx.state.profiles.put(profile)
	return []wire.Node{wire.Element("InstanceProfile", tx.profileContent(profile, true)...)}, nil
}

func getProfile(tx *transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	return []wire.Node{wire.Element("InstanceProfile", tx.profileContent(profile, true)...)}, nil
}

func deleteProfile(tx *transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	if profile.Role != "" {
		return nil, wire.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	tx.state.profiles.remove(profile.Name)
	return nil, nil
}

func addRoleToProfile(tx *transaction, p wire.Params) ([]wire.Node, error) {
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
	changed := profile.clone()
	changed.Role = role.Name
	tx.state.profiles.put(changed)
	return nil, nil
}

func removeRoleFromProfile(tx *transaction, p wire.Params) ([]wire.Node, error) {
	profile, err := tx.profile(p.Get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	if profile.Role == "" || profile.Role != p.Get("RoleName") {
		return nil, wire.NoSuchEntity("The role with name %s cannot be found.", p.Get("RoleName"))
	}
	changed := profile.clone()
	changed.Role = ""
	tx.state.profiles.put(changed)
	return nil, nil
}

func listProfiles(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return tx.pagedProfiles(p, underPath(tx.state.profiles.sorted(), p.Get("PathPrefix")))
}

func listProfilesForRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	return tx.pagedProfiles(p, tx.state.profilesOf(role.Name))
}

// pagedProfiles lists profiles without their tags.
func (t *transaction) pagedProfiles(p wire.Params, profiles []*InstanceProfile) ([]wire.Node, error) {
	return wire.PagedList(p, "InstanceProfiles", profiles, nameKey[*InstanceProfile], func(profile *InstanceProfile) []wire.Node {
		return t.profileContent(profile, false)
	})
}

func (t *transaction) profileContent(profile *InstanceProfile, tags bool) []wire.Node {
	var roles []*Role
	if role, ok := t.state.roles.get(profile.Role); ok && profile.Role != "" {
		roles = append(roles, role)
	}
	content := []wire.Node{
		wire.Text("Path", profile.Path), wire.Text("InstanceProfileName", profile.Name),
		wire.Text("InstanceProfileId", profile.ID), wire.Text("Arn", profile.ARN), wire.Timestamp("CreateDate", profile.Created),
		wire.ListOf("Roles", roles, func(role *Role) []wire.Node { return t.roleContent(role, roleView{}) }),
	}
	if tags {
		content = append(content, tagNodes(profile.Tags)...)
	}
	return content
}
