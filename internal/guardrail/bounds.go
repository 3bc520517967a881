// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// Place is where in an account an object's entities are.
type Place struct {
	// Names are those that it asks for.
	Names []Name
	// Older is how many objects of its kind and namespace in the account are older than it.
	Older int
}

// Outside says of each bound of the account that the place breaks what would satisfy it: the names, the paths and the
// number of roles of a namespace. These bounds are in force whatever the mode of the guardrails.
func (p Place) Outside(account *v1alpha1.AWSAccount) []string {
	var outside []string
	for _, name := range p.Names {
		if name.Namespace == "" {
			continue // an administrator's
		}
		if name.Right(&account.Spec) == RightNone {
			outside = append(outside, name.Advice(account))
		}
	}
	outside = append(outside, p.path(account)...)
	return append(outside, p.number(account)...)
}

// path says that the path lies outside the bound. The path of an instance profile is its role's.
func (p Place) path(account *v1alpha1.AWSAccount) []string {
	if len(p.Names) == 0 || p.Names[0].Entity != EntityRole || p.Names[0].Namespace == "" {
		return nil
	}
	name := p.Names[0]
	bound, malformed := desired.RolePathBound(&account.Spec, name.Namespace)
	switch {
	case malformed:
		return []string{fmt.Sprintf("spec.path: no path is allowed while the bound of paths cannot be read: ask the owner "+
			"of AWSAccount %s to correct spec.guardrails.rolePath", account.Name)}
	case strings.HasPrefix(name.Path, bound):
		return nil
	}
	return []string{fmt.Sprintf("spec.path: the path %s lies outside %s, where AWSAccount %s wants the roles of this "+
		"namespace: leave spec.path out in a new object, or set one that begins with %s",
		name.Path, bound, account.Name, bound)}
}

// number says that the namespace has as many older roles as it may have.
func (p Place) number(account *v1alpha1.AWSAccount) []string {
	limit := MaxRoles(&account.Spec)
	if limit == 0 || p.Older < limit || len(p.Names) == 0 || p.Names[0].Entity != EntityRole {
		return nil
	}
	return []string{fmt.Sprintf("AWSAccount %s admits %d ECSRoles of a namespace, the oldest, and %d in this one are "+
		"older: delete those that are not needed, or ask the owner of the AWSAccount for a higher "+
		"spec.guardrails.maxRolesPerNamespace", account.Name, limit, p.Older)}
}

// DefaultMaxRoles is how many ECSRoles of a namespace an account admits that says nothing: a fifth of the roles that an
// AWS account may have unless AWS raised its quota (IAM and AWS STS quotas), so that no namespace can use them up.
const DefaultMaxRoles = 200

// MaxRoles is how many ECSRoles of a namespace an account admits, zero for any number.
func MaxRoles(account *v1alpha1.AWSAccountSpec) int {
	switch g := account.Guardrails; {
	case g == nil:
		return DefaultMaxRoles
	case g.MaxRolesPerNamespace > 0:
		return int(g.MaxRolesPerNamespace)
	case g.Mode == v1alpha1.GuardrailModeUnrestricted:
		return 0
	}
	return DefaultMaxRoles
}
