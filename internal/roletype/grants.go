// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Statements are the least-privilege statements of the grants of a role of the type, placeholders replaced, in a fixed
// order and with Sids of the reserved prefix, each once. Grants that the type does not have give none.
func (t Type) Statements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	var list []policy.Statement
	for _, part := range t.StatementsByGrant(g, s) {
		list = append(list, part.Statements...)
	}
	return list
}

// GrantStatements are the statements that one grant becomes.
type GrantStatements struct {
	// Field is the name of the grant.
	Field      string
	Statements []policy.Statement
}

// StatementsByGrant are the statements, apart for each grant that gives any.
func (t Type) StatementsByGrant(g v1alpha1.Grants, s GrantSettings) []GrantStatements {
	s.kind = &t
	var parts []GrantStatements
	add := func(name string, statements []policy.Statement) {
		if len(statements) > 0 {
			parts = append(parts, GrantStatements{Field: name, Statements: statements})
		}
	}
	for i := range grants {
		if row := &grants[i]; row.Has(t.Name) && row.given(&g) {
			add(row.Field, row.statements(g, s))
		}
	}
	if t.Name == v1alpha1.RoleTypeCodeDeploy && t.Replaces(g) && auto(s.Defaults) {
		add(t.Replacement, codeDeployStatements(g, s))
	}
	return parts
}

// Replaces reports whether the grants take the place of AWS's policies under Auto.
func (t Type) Replaces(g v1alpha1.Grants) bool {
	return t.Replacement != "" && slices.Contains(Given(g), t.Replacement)
}

// Given are the names of the grants that are given, in the order of the documentation.
func Given(g v1alpha1.Grants) []string {
	var names []string
	for i := range grants {
		if grants[i].given(&g) {
			names = append(names, grants[i].Field)
		}
	}
	return names
}

// TypesWithGrant lists the types that have a grant, in the order of the documentation.
func TypesWithGrant(name string) []v1alpha1.RoleType {
	if row, ok := LookupGrant(name); ok {
		return slices.Clone(row.Types)
	}
	return nil
}
