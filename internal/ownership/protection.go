// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// Protection says what nothing is written to, whatever its tags.
type Protection struct {
	// Resources are patterns of the last part of ARNs, such as role/ecs/app, without regard to case.
	Resources []string
	// Roles are the names of the roles with which the controller works: the policies that they have are protected.
	Roles []string
	// Boundaries are policies that roles of others have for their boundary, by the last part of their ARN in lower case,
	// and whose roles: they are never taken over. Who owns such a policy already keeps it, or naming another's policy for
	// a boundary would lock its owner out.
	Boundaries map[string]string
}

// Entity is what was observed of an entity, as far as it says whose it is.
type Entity struct {
	// Resource is the last part of its ARN, such as role/ecs/app.
	Resource string
	// Path is that in IAM, "/" or "/…/".
	Path string
	Tags map[string]string
	// Roles are the names of the roles that have it, of a policy.
	Roles []string
}

// Protects says why nothing may be written to an entity, also before it exists, or nothing.
func (p Protection) Protects(e Entity) string {
	if e.Resource != "" && slices.ContainsFunc(p.Resources, func(pattern string) bool {
		return glob.MatchesFold(pattern, e.Resource)
	}) {
		return "the AWSAccount, which protects it"
	}
	for _, role := range e.Roles {
		if slices.ContainsFunc(p.Roles, func(name string) bool { return strings.EqualFold(name, role) }) {
			return "the controller, whose role " + role + " has it"
		}
	}
	return ""
}

// keeps says why an entity that is not the claim's may not become it, or nothing.
func (p Protection) keeps(e Entity) string {
	if who := p.Boundaries[strings.ToLower(e.Resource)]; who != "" {
		return who + ", whose permissions boundary it is"
	}
	return ""
}
