// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "time"

// Lag makes reads eventually consistent: after a write, reads show the state before it for Duration, and for the next
// Reads reads. Writes are judged by the newest state, unless Writes is set: then they meet what IAM answers now and
// then right after a change: NoSuchEntity for an entity that reads do not show yet, "Invalid principal in policy" for
// such a principal, DeleteConflict for a role whose last policy was just removed.
type Lag struct {
	Duration time.Duration
	Reads    int
	Writes   bool
}

// Enabled reports whether there is any lag.
func (l Lag) Enabled() bool { return l.Duration > 0 || l.Reads > 0 }
