// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "slices"

// InstanceProfile holds at most one role.
type InstanceProfile struct {
	Entity
	Role string // name; empty without one
}

// Clone copies the profile.
func (p *InstanceProfile) Clone() *InstanceProfile {
	c := *p
	c.Tags = slices.Clone(p.Tags)
	return &c
}
