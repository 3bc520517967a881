// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

// Gap is something that the old and the new state both may permit and that a plan cannot promise to permit at every
// moment in between.
type Gap struct {
	Cause GapCause
	// What names it, without account ids.
	What string
}

// GapCause says why something may be missing for a while.
type GapCause string

// The causes.
const (
	// Inexpressible: no statement says what two patterns or conditions have in common.
	Inexpressible GapCause = "Inexpressible"
	// Unreadable: the document of a policy is not known.
	Unreadable GapCause = "Unreadable"
	// Quota: a limit of IAM leaves no room for old and new together.
	Quota GapCause = "Quota"
)
