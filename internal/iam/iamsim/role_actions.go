// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "strings"

const defaultMaxSession = 3600

var roleActions = []action{
	{
		name: "CreateRole", write: true, do: createRole,
		needs: []constraint{roleName, trustDocument},
		takes: []constraint{entityPath, description, maxSession, boundaryARN, tagList},
	},
	{name: "GetRole", needs: []constraint{roleName}, do: getRole},
	{name: "ListRoles", takes: []constraint{pathPrefix, maxItems, marker}, do: listRoles},
	{
		name: "UpdateRole", write: true, do: updateRole,
		needs: []constraint{roleName}, takes: []constraint{description, maxSession},
	},
	{
		name: "UpdateRoleDescription", write: true, do: updateRoleDescription,
		needs: []constraint{roleName, description},
	},
	{name: "UpdateAssumeRolePolicy", write: true, needs: []constraint{roleName, policyDoc}, do: updateTrust},
	{name: "DeleteRole", write: true, needs: []constraint{roleName}, do: deleteRole},
}

func createRole(tx *transaction, p params) ([]node, error) {
	name := p.get("RoleName")
	if tx.state.roles.taken(name) {
		return nil, alreadyExists("Role with name %s already exists.", name)
	}
	if strings.HasPrefix(p.get("Path"), "/aws-service-role/") {
		return nil, failure("AccessDenied", "Path /aws-service-role/ is reserved for service-linked roles")
	}
	if limit := tx.sim.quotas.Roles; tx.state.countedRoles() >= limit {
		return nil, quotaExceeded("RolesPerAccount", limit)
	}
	trust, err := tx.readTrust(p.get("AssumeRolePolicyDocument"))
	if err != nil {
		return nil, err
	}
	tags, err := tx.withTags(nil, p.tags("Tags"), strings.EqualFold)
	if err != nil {
		return nil, err
	}
	if err := tx.checkBoundary(p.get("PermissionsBoundary")); err != nil {
		return nil, err
	}
	role := &Role{
		Identity: Identity{
			Entity:              tx.create("role", "AROA", name, p.get("Path"), tags),
			InlinePolicies:      map[string]string{},
			PermissionsBoundary: p.get("PermissionsBoundary"),
		},
		Description: p.get("Description"), MaxSessionDuration: p.integer("MaxSessionDuration", defaultMaxSession),
		trust: trust,
	}
	tx.state.roles.put(role)
	// The reply has neither MaxSessionDuration nor RoleLastUsed.
	return []node{element("Role", tx.roleContent(role, roleView{details: true})...)}, nil
}

// countedRoles leaves out the service-linked roles, which the quota does not count.
func (s *state) countedRoles() int {
	n := 0
	for _, role := range s.roles {
		if !role.serviceLinked() {
			n++
		}
	}
	return n
}

func getRole(tx *transaction, p params) ([]node, error) {
	role, err := tx.role(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	return []node{element("Role", tx.roleContent(role, roleView{session: true, details: true, lastUsed: true})...)}, nil
}

func listRoles(tx *transaction, p params) ([]node, error) {
	return paged(p, "Roles", underPath(tx.state.roles.sorted(), p.get("PathPrefix")), nameKey[*Role],
		func(role *Role) []node { return tx.roleContent(role, roleView{session: true}) })
}

// updateRole changes only the fields that are present.
func updateRole(tx *transaction, p params) ([]node, error) {
	role, err := tx.role(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	if role.serviceLinked() && p.has("MaxSessionDuration") {
		return nil, unmodifiable(role)
	}
	changed := role.clone()
	if p.has("Description") {
		changed.Description = p.get("Description")
	}
	changed.MaxSessionDuration = p.integer("MaxSessionDuration", role.MaxSessionDuration)
	tx.state.roles.put(changed)
	return []node{}, nil
}

func updateRoleDescription(tx *transaction, p params) ([]node, error) {
	role, err := tx.role(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	changed := role.clone()
	changed.Description = p.get("Description")
	tx.state.roles.put(changed)
	return []node{element("Role", tx.roleContent(changed, roleView{session: true, details: true})...)}, nil
}

func updateTrust(tx *transaction, p params) ([]node, error) {
	role, err := tx.modifiableRole(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	trust, err := tx.readTrust(p.get("PolicyDocument"))
	if err != nil {
		return nil, err
	}
	changed := role.clone()
	changed.trust = trust
	tx.state.roles.put(changed)
	return nil, nil
}

// deleteRole refuses in AWS's order: instance profiles, attachments, inline policies. A boundary does not hinder.
func deleteRole(tx *transaction, p params) ([]node, error) {
	role, err := tx.modifiableRole(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	for _, seen := range []*state{tx.state, tx.visible} {
		if err := seen.roleHindrance(role.Name); err != nil {
			return nil, err
		}
	}
	tx.state.roles.remove(role.Name)
	return nil, nil
}

// roleHindrance is why a role cannot be deleted as far as a state shows; nil for a nil state.
func (s *state) roleHindrance(name string) error {
	if s == nil {
		return nil
	}
	if len(s.profilesOf(name)) > 0 {
		return deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	role, ok := s.roles.get(name)
	if !ok {
		return nil
	}
	return hindrance(&role.Identity)
}
