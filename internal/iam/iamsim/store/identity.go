// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"maps"
	"slices"
)

// Identity is what policies can be attached to: a role, a user or a group.
type Identity struct {
	Entity
	InlinePolicies      map[string]string // document by policy name, as text
	AttachedPolicies    []string          // ARNs, oldest attachment first
	PermissionsBoundary string            // ARN
}

// Clone copies the identity with its lists.
func (i *Identity) Clone() Identity {
	c := *i
	c.Tags = slices.Clone(i.Tags)
	c.InlinePolicies = maps.Clone(i.InlinePolicies)
	c.AttachedPolicies = slices.Clone(i.AttachedPolicies)
	return c
}
