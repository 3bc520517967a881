// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

const defaultMaxSession = 3600

var roleActions = []Action{
	{
		Name: "CreateRole", Write: true, do: createRole,
		needs: []wire.Constraint{roleName, trustDocument},
		takes: []wire.Constraint{entityPath, description, maxSession, boundaryARN, tagList},
	},
	{Name: "GetRole", needs: []wire.Constraint{roleName}, do: getRole},
	{Name: "ListRoles", takes: []wire.Constraint{pathPrefix, maxItems, marker}, do: listRoles},
	{
		Name: "UpdateRole", Write: true, do: updateRole,
		needs: []wire.Constraint{roleName}, takes: []wire.Constraint{description, maxSession},
	},
	{
		Name: "UpdateRoleDescription", Write: true, do: updateRoleDescription,
		needs: []wire.Constraint{roleName, description},
	},
	{Name: "UpdateAssumeRolePolicy", Write: true, needs: []wire.Constraint{roleName, policyDoc}, do: updateTrust},
	{Name: "DeleteRole", Write: true, needs: []wire.Constraint{roleName}, do: deleteRole},
}

func createRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	name := p.Get("RoleName")
	if tx.state.Roles.Taken(name) {
		return nil, wire.AlreadyExists("Role with name %s already exists.", name)
	}
	if strings.HasPrefix(p.Get("Path"), "/aws-service-role/") {
		return nil, wire.Failure("AccessDenied", "Path /aws-service-role/ is reserved for service-linked roles")
	}
	if limit := tx.World.Quotas.Roles; tx.state.CountedRoles() >= limit {
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
	role := &store.Role{
		Identity: store.Identity{
			Entity:              tx.create("role", "AROA", name, p.Get("Path"), tags),
			InlinePolicies:      map[string]string{},
			PermissionsBoundary: p.Get("PermissionsBoundary"),
		},
		Description: p.Get("Description"), Described: p.Has("Description"),
		MaxSessionDuration: p.Integer("MaxSessionDuration", defaultMaxSession), Trust: trust,
	}
	tx.state.Roles.Put(role)
	// The reply repeats the trust policy as it was sent, and has neither MaxSessionDuration nor RoleLastUsed.
	view := roleView{trust: p.Get("AssumeRolePolicyDocument"), description: true, details: true}
	return []wire.Node{wire.Element("Role", tx.roleContent(role, view)...)}, nil
}

func getRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	view := roleView{description: true, session: true, details: true, lastUsed: true}
	return []wire.Node{wire.Element("Role", tx.roleContent(role, view)...)}, nil
}

func listRoles(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	view := roleView{description: true, session: true}
	return wire.PagedList(p, "Roles", store.UnderPath(tx.state.Roles.Sorted(), p.Get("PathPrefix")),
		store.Key[*store.Role], func(role *store.Role) []wire.Node { return tx.roleContent(role, view) })
}

// updateRole changes only the fields that are present.
func updateRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if role.ServiceLinked() && p.Has("MaxSessionDuration") {
		return nil, unmodifiable(role)
	}
	changed := role.Clone()
	if p.Has("Description") {
		changed.Description, changed.Described = p.Get("Description"), true
	}
	changed.MaxSessionDuration = p.Integer("MaxSessionDuration", role.MaxSessionDuration)
	tx.state.Roles.Put(changed)
	return []wire.Node{}, nil
}

func updateRoleDescription(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	changed := role.Clone()
	changed.Description, changed.Described = p.Get("Description"), true
	tx.state.Roles.Put(changed)
	view := roleView{description: true, session: true, details: true}
	return []wire.Node{wire.Element("Role", tx.roleContent(changed, view)...)}, nil
}

func updateTrust(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.modifiableRole(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	trust, err := tx.readTrust(p.Get("PolicyDocument"))
	if err != nil {
		return nil, err
	}
	changed := role.Clone()
	changed.Trust = trust
	tx.state.Roles.Put(changed)
	return nil, nil
}

// deleteRole refuses in AWS's order: instance profiles, attachments, inline policies. A boundary does not hinder.
func deleteRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.modifiableRole(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	for _, seen := range []*store.State{tx.state, tx.visible} {
		if err := roleHindrance(seen, role.Name); err != nil {
			return nil, err
		}
	}
	tx.state.Roles.Remove(role.Name)
	return nil, nil
}
