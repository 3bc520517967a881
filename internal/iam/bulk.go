// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// BulkReader reads all roles of an account in a few calls, however many roles there are.
type BulkReader interface {
	// ReadRoles calls each for every role, one after the other. What it shows is no consistent cut: roles may change while
	// it reads, and one that is not shown may exist. An error means that roles are missing.
	ReadRoles(ctx context.Context, each func(Role)) error
}
