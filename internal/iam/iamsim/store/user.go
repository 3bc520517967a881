// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "slices"

// User is an IAM user.
type User struct {
	Identity
	Groups []string // names
}

// Clone copies the user.
func (u *User) Clone() *User {
	c := *u
	c.Identity = u.Identity.Clone()
	c.Groups = slices.Clone(u.Groups)
	return &c
}

// Group is an IAM group.
type Group struct{ Identity }

// Clone copies the group.
func (g *Group) Clone() *Group { return &Group{Identity: g.Identity.Clone()} }
