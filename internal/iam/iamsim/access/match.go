// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// applies reports whether a statement is about a request, whatever its principals.
func (d Document) applies(s Statement, r Request) bool {
	variables := d.Version == Version2012
	return s.actionMatches(r.Action) && s.resourceMatches(r, variables) && r.holds(s.Condition, variables)
}

func (s Statement) actionMatches(action string) bool {
	matches := func(pattern string) bool { return glob.MatchesFold(pattern, action) }
	if s.NotAction != nil {
		return !slices.ContainsFunc(s.NotAction, matches)
	}
	return slices.ContainsFunc(s.Action, matches)
}

// resourceMatches takes a statement without resources, as a trust policy has them, for one about the role itself.
func (s Statement) resourceMatches(r Request, variables bool) bool {
	matches := func(pattern string) bool {
		if !variables {
			return glob.Matches(pattern, literal(r.Resource))
		}
		expanded, ok := r.Context.expand(pattern, true)
		return ok && glob.Matches(expanded, literal(r.Resource))
	}
	if s.NotResource != nil {
		return !slices.ContainsFunc(s.NotResource, matches)
	}
	return s.Resource == nil || slices.ContainsFunc(s.Resource, matches)
}
