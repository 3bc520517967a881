// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

// Usage says how often a managed policy is in use.
type Usage struct{ Attachments, Boundaries int }

// Uses counts the uses of all managed policies at once, by ARN: a list of many policies asks for each of them.
func (s *State) Uses() map[string]Usage {
	uses := map[string]Usage{}
	for _, role := range s.Roles {
		role.countUses(uses)
	}
	for _, user := range s.Users {
		user.countUses(uses)
	}
	for _, group := range s.Groups {
		group.countUses(uses)
	}
	return uses
}

func (i *Identity) countUses(uses map[string]Usage) {
	for _, arn := range i.AttachedPolicies {
		use := uses[arn]
		use.Attachments++
		uses[arn] = use
	}
	if arn := i.PermissionsBoundary; arn != "" {
		use := uses[arn]
		use.Boundaries++
		uses[arn] = use
	}
}
