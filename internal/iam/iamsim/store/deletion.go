// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

// RegionUsage is where a service-linked role is still used: the reason why its deletion fails.
type RegionUsage struct {
	Region    string
	Resources []string // ARNs
}

// The states of a deletion.
const (
	NotStarted = "NOT_STARTED"
	InProgress = "IN_PROGRESS"
	Succeeded  = "SUCCEEDED"
	Failed     = "FAILED"
)

// Deletion is the asynchronous deletion of a service-linked role.
type Deletion struct {
	ID    string
	Role  string
	Usage []RegionUsage // of one that failed

	polls int
	ended string // Succeeded or Failed at the end, else empty
}

// Ended reports whether the deletion is over.
func (d *Deletion) Ended() bool { return d.ended != "" }

// Poll moves the deletion on and returns its status. With the last of the polls the role goes, unless it is in use.
func (d *Deletion) Poll(state *State, usage []RegionUsage, polls int) string {
	if d.Ended() {
		return d.ended
	}
	d.polls++
	switch {
	case d.polls > polls && len(usage) > 0:
		d.ended, d.Usage = Failed, usage
	case d.polls > polls:
		d.ended = Succeeded
		state.Roles.Remove(d.Role)
	case d.polls == 1 && polls > 1:
		return NotStarted
	default:
		return InProgress
	}
	return d.ended
}
