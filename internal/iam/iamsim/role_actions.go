// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

const defaultMaxSession = 3600

var roleActions = []action{
	{
		name: "CreateRole", write: true, do: createRole,
		needs: []wire.Constraint{roleName, trustDocument},
		takes: []wire.Constraint{entityPath, description, maxSession, boundaryARN, tagList},
	},
	{name: "GetRole", needs: []wire.Constraint{roleName}, do: getRole},
	{name: "ListRoles", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listRoles},
	{
		name: "UpdateRole", write: true, do: updateRole,
		needs: []wire.Constraint{roleName}, takes: []wire.Constraint{description, maxSession},
	},
	{
		name: "UpdateRoleDescription", write: true, do: updateRoleDescription,
		needs: []wire.Constraint{roleName, description},
	},
	{name: "UpdateAssumeRolePolicy", write: true, needs: []wire.Constraint{roleName, policyDoc}, do: updateTrust},
	{name: "DeleteRole", write: true, needs: []wire.Constraint{roleName}, do: deleteRole},
}

func createRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("RoleName")
	if tx.state.roles.taken(name) {
		return nil, wire.AlreadyExists("Role with name %s already exists.", name)
	}
	if strings.HasPrefix(p.Get("Path"), "/aws-service-role/") {
		return nil, wire.Failure("AccessDenied", "Path /aws-service-role/ is reserved for service-linked roles")
	}
	if limit := tx.sim.quotas.Roles; tx.state.countedRoles() >= limit {
		return nil, wire.QuotaExceeded("RolesPerAccount", limit)
	}
	trust, err := tx.readTrust(p.Get("AssumeRolePolicyDocument"))
	if err != nil {
		return nil, err
	}
	tags, err := tx.withTags(nil, tagsIn(p), strings.EqualFold)
	if err != nil {
		return nil, err
	}
	if err := tx.checkBoundary(p.Get("PermissionsBoundary")); err != nil {
		return nil, err
	}
	role := &Role{
		Identity: Identity{
			Entity:              tx.create("role", "AROA", name, p.Get("Path"), tags),
			InlinePolicies:      map[string]string{},
			PermissionsBoundary: p.Get("PermissionsBoundary"),
		},
		Description: p.Get("Description"), MaxSessionDuration: p.Integer("MaxSessionDuration", defaultMaxSession),
		trust: trust,
	}
	tx.state.roles.put(role)
	// The reply has neither MaxSessionDuration nor RoleLastUsed.
	return []wire.Node{wire.Element("Role", tx.roleContent(role, roleView{details: true})...)}, nil
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

func getRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	return []wire.Node{wire.Element("Role", tx.roleContent(role, roleView{session: true, details: true, lastUsed: true})...)}, nil
}

func listRoles(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return wire.PagedList(p, "Roles", underPath(tx.state.roles.sorted(), p.Get("PathPrefix")), nameKey[*Role],
		func(role *Role) []wire.Node { return tx.roleContent(role, roleView{session: true}) })
}

// updateRole changes only the fields that are present.
func updateRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if role.serviceLinked() && p.Has("MaxSessionDuration") {
		return nil, unmodifiable(role)
	}
	changed := role.clone()
	if p.Has("Description") {
		changed.Description = p.Get("Description")
	}
	changed.MaxSessionDuration = p.Integer("MaxSessionDuration", role.MaxSessionDuration)
	tx.state.roles.put(changed)
	return []wire.Node{}, nil
}

func updateRoleDescription(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	changed := role.clone()
	changed.Description = p.Get("Description")
	tx.state.roles.put(changed)
	return []wire.Node{wire.Element("Role", tx.roleContent(changed, roleView{session: true, details: true})...)}, nil
}

func updateTrust(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.modifiableRole(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	trust, err := tx.readTrust(p.Get("PolicyDocument"))
	if err != nil {
		return nil, err
	}
	changed := role.clone()
	changed.trust = trust
	tx.state.roles.put(changed)
	return nil, nil
}

// deleteRole refuses in AWS's order: instance profiles, attachments, inline policies. A boundary does not hinder.
func deleteRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.modifiableRole(p.Get("RoleName"))
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
		return wire.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	role, ok := s.roles.get(name)
	if !ok {
		return nil
	}
	return hindrance(&role.Identity)
}
