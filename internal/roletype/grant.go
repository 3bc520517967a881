// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Grant is one known need of role types: a field of spec.grants, and everything that follows from it.
type Grant struct {
	// Field is the name of the field.
	Field string
	// Types are the role types that take it, in the order of the catalogue.
	Types []v1alpha1.RoleType
	// Source is where AWS documents the permissions: the guide and the title of its page.
	Source string

	// given reports whether a manifest has the field.
	given func(*v1alpha1.Grants) bool
	// check refuses what cannot work, and replaces the placeholders in place.
	check func(Reader, *field.Path, *v1alpha1.Grants)
	// statements are the permissions that the checked field becomes.
	statements func(v1alpha1.Grants, GrantSettings) []policy.Statement
}

// The names of grants that other parts of the catalogue refer to.
const (
	grantClusters  = "clusters"
	grantRunTask   = "runTask"
	grantPassRoles = "passRoles"
)

// Has reports whether roles of a type take the grant.
func (g *Grant) Has(kind v1alpha1.RoleType) bool { return slices.Contains(g.Types, kind) }

// Check refuses what cannot work in a grant that is given, and replaces its placeholders in place.
func (g *Grant) Check(r Reader, path *field.Path, given *v1alpha1.Grants) { g.check(r, path, given) }
