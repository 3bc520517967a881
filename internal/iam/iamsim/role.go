// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// serviceLinked reports whether the role belongs to an AWS service and is closed to changes.
func (r *Role) serviceLinked() bool { return strings.HasPrefix(r.Path, "/aws-service-role/") }

func unmodifiable(role *Role) error {
	return wire.Failure("UnmodifiableEntity",
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", role.Name)
}

func (t *transaction) role(name string) (*Role, error) {
	return found(t, name, func(s *state) index[*Role] { return s.roles }, "The role with name %s cannot be found.")
}

// modifiableRole refuses service-linked roles.
func (t *transaction) modifiableRole(name string) (*Role, error) {
	role, err := t.role(name)
	if err == nil && role.serviceLinked() {
		err = unmodifiable(role)
	}
	return role, err
}

// found looks an entity up, in what writes may see as well when the consistency lag is on for writes.
func found[T interface{ name() string }](
	t *transaction, name string, entities func(*state) index[T], absent string,
) (T, error) {
	entity, ok := entities(t.state).get(name)
	if ok && t.visible != nil {
		_, ok = entities(t.visible).get(name)
	}
	if !ok {
		return entity, wire.NoSuchEntity(absent, name)
	}
	return entity, nil
}

// underPath keeps the entities whose path begins with a prefix; the empty prefix keeps all.
func underPath[T interface{ path() string }](entities []T, prefix string) []T {
	var kept []T
	for _, entity := range entities {
		if strings.HasPrefix(entity.path(), prefix) {
			kept = append(kept, entity)
		}
	}
	return kept
}

// roleView says which fields of a role an action shows.
type roleView struct {
	session  bool // MaxSessionDuration
	details  bool // PermissionsBoundary and Tags
	lastUsed bool // RoleLastUsed
}

func (t *transaction) roleContent(role *Role, view roleView) []wire.Node {
	content := []wire.Node{
		wire.Text("Path", role.Path), wire.Text("RoleName", role.Name), wire.Text("RoleId", role.ID), wire.Text("Arn", role.ARN),
		wire.Timestamp("CreateDate", role.Created),
		wire.Document("AssumeRolePolicyDocument", t.sim.renderTrust(role.trust, true)),
	}
	content = append(content, wire.OptionalText("Description", role.Description)...)
	if view.session {
		content = append(content, wire.Number("MaxSessionDuration", role.MaxSessionDuration))
	}
	if view.details {
		content = append(content, boundaryNodes(role.PermissionsBoundary)...)
		content = append(content, tagNodes(role.Tags)...)
	}
	if view.lastUsed {
		content = append(content, wire.Element("RoleLastUsed"))
	}
	return content
}

func boundaryNodes(arn string) []wire.Node {
	if arn == "" {
		return nil
	}
	return []wire.Node{wire.Element("PermissionsBoundary",
		wire.Text("PermissionsBoundaryType", "Policy"), wire.Text("PermissionsBoundaryArn", arn))}
}
