// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

var profileActions = []action{
	{
		name: "CreateInstanceProfile", write: true, do: createProfile,
		needs: []constraint{profileName}, takes: []constraint{entityPath, tagList},
	},
	{name: "GetInstanceProfile", needs: []constraint{profileName}, do: getProfile},
	{name: "DeleteInstanceProfile", write: true, needs: []constraint{profileName}, do: deleteProfile},
	{name: "AddRoleToInstanceProfile", write: true, needs: []constraint{profileName, roleName}, do: addRoleToProfile},
	{
		name: "RemoveRoleFromInstanceProfile", write: true, do: removeRoleFromProfile,
		needs: []constraint{profileName, roleName},
	},
	{name: "ListInstanceProfiles", takes: []constraint{pathPrefix, maxItems, marker}, do: listProfiles},
	{
		name: "ListInstanceProfilesForRole", do: listProfilesForRole,
		needs: []constraint{roleName}, takes: []constraint{maxItems, marker},
	},
}

func (t *transaction) profile(name string) (*InstanceProfile, error) {
	return found(t, name, func(s *state) index[*InstanceProfile] { return s.profiles },
		"Instance Profile %s cannot be found.")
}

func createProfile(tx *transaction, p params) ([]node, error) {
	name := p.get("InstanceProfileName")
	if tx.state.profiles.taken(name) {
		return nil, alreadyExists("Instance Profile %s already exists.", name)
	}
	if limit := tx.sim.quotas.InstanceProfiles; len(tx.state.profiles) >= limit {
		return nil, quotaExceeded("InstanceProfilesPerAccount", limit)
	}
	tags, err := tx.withTags(nil, p.tags("Tags"), exactKey)
	if err != nil {
		return nil, err
	}
	profile := &InstanceProfile{Entity: tx.create("instance-profile", "AIPA", name, p.get("Path"), tags)}
	tx.state.profiles.put(profile)
	return []node{element("InstanceProfile", tx.profileContent(profile, true)...)}, nil
}

func getProfile(tx *transaction, p params) ([]node, error) {
	profile, err := tx.profile(p.get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	return []node{element("InstanceProfile", tx.profileContent(profile, true)...)}, nil
}

func deleteProfile(tx *transaction, p params) ([]node, error) {
	profile, err := tx.profile(p.get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	if profile.Role != "" {
		return nil, deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	tx.state.profiles.remove(profile.Name)
	return nil, nil
}

func addRoleToProfile(tx *transaction, p params) ([]node, error) {
	profile, err := tx.profile(p.get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	role, err := tx.modifiableRole(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	if profile.Role != "" {
		return nil, quotaExceeded("InstanceSessionsPerInstanceProfile", 1)
	}
	changed := profile.clone()
	changed.Role = role.Name
	tx.state.profiles.put(changed)
	return nil, nil
}

func removeRoleFromProfile(tx *transaction, p params) ([]node, error) {
	profile, err := tx.profile(p.get("InstanceProfileName"))
	if err != nil {
		return nil, err
	}
	if profile.Role == "" || profile.Role != p.get("RoleName") {
		return nil, noSuchEntity("The role with name %s cannot be found.", p.get("RoleName"))
	}
	changed := profile.clone()
	changed.Role = ""
	tx.state.profiles.put(changed)
	return nil, nil
}

func listProfiles(tx *transaction, p params) ([]node, error) {
	return tx.pagedProfiles(p, underPath(tx.state.profiles.sorted(), p.get("PathPrefix")))
}

func listProfilesForRole(tx *transaction, p params) ([]node, error) {
	role, err := tx.role(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	return tx.pagedProfiles(p, tx.state.profilesOf(role.Name))
}

// pagedProfiles lists profiles without their tags.
func (t *transaction) pagedProfiles(p params, profiles []*InstanceProfile) ([]node, error) {
	return paged(p, "InstanceProfiles", profiles, nameKey[*InstanceProfile], func(profile *InstanceProfile) []node {
		return t.profileContent(profile, false)
	})
}

func (t *transaction) profileContent(profile *InstanceProfile, tags bool) []node {
	var roles []*Role
	if role, ok := t.state.roles.get(profile.Role); ok && profile.Role != "" {
		roles = append(roles, role)
	}
	content := []node{
		text("Path", profile.Path), text("InstanceProfileName", profile.Name),
		text("InstanceProfileId", profile.ID), text("Arn", profile.ARN), timestamp("CreateDate", profile.Created),
		listOf("Roles", roles, func(role *Role) []node { return t.roleContent(role, roleView{}) }),
	}
	if tags {
		content = append(content, tagNodes(profile.Tags)...)
	}
	return content
}
