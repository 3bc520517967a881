// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"slices"
	"strings"
)

// References are what an object refers to, by the names of the objects, each once.
type References struct {
	// Roles are names of ECSRoles of the same namespace.
	Roles []string
	// RoleNames are names in IAM, for which an ECSRole of the namespace is looked for.
	RoleNames []string
	// Policies are names of ECSPolicies of the same namespace.
	Policies []string
	// Trusted are names in IAM of the roles that the trust policy names, of whatever namespace.
	Trusted []string
}

// ReferencesOf lists what Build needs to know of other objects. What is not valid is left out, Build refuses it.
func ReferencesOf(in Inputs) References {
	var refs References
	if grants := in.Role.Spec.Grants; grants != nil {
		values := newPlaceholders(in.place())
		for _, passed := range grants.PassRoles {
			arn, err := values.expand(string(passed.ARN))
			switch name := lastPart(arn); {
			case passed.RoleRef != nil:
				refs.Roles = append(refs.Roles, passed.RoleRef.Name)
			case arn != "" && err == nil && (in.Account == nil || !in.ownName(name)):
				refs.RoleNames = append(refs.RoleNames, name)
			}
		}
	}
	for i := range in.Role.Spec.ManagedPolicies {
		if ref := in.Role.Spec.ManagedPolicies[i].PolicyRef; ref != nil {
			refs.Policies = append(refs.Policies, ref.Name)
		}
	}
	refs.Trusted = trusted(in)
	refs.Roles, refs.RoleNames, refs.Policies = each(refs.Roles), each(refs.RoleNames), each(refs.Policies)
	return refs
}

// trusted are the names of the roles that a trust policy names.
func trusted(in Inputs) []string {
	if in.Role.Spec.Trust == nil {
		return nil
	}
	values := newPlaceholders(in.place())
	var names []string
	for _, statement := range in.Role.Spec.Trust.AdditionalStatements {
		for _, principal := range statement.Principals.AWS {
			if arn, err := values.expand(string(principal)); err == nil && strings.Contains(arn, ":role/") {
				names = append(names, lastPart(arn))
			}
		}
	}
	return each(names)
}

func each(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
