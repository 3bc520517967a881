// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// RoleReading is one role as the bulk reading of an account shows it.
type RoleReading struct {
	// Role is the whole role.
	Role Role
	// Profiles are the instance profiles that hold the role. Their tags are not known.
	Profiles []InstanceProfile
}

// BulkReader reads all roles of an account in a few calls, however many roles there are.
type BulkReader interface {
	// ReadRoles calls each for every role, one after the other. What it shows is no consistent cut: roles may change while
	// it reads, and one that is not shown may exist. An error means that roles are missing.
	ReadRoles(ctx context.Context, each func(RoleReading)) error
}
