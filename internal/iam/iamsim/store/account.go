// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "time"

// Account is one AWS account: its state, and the earlier states that reads may still see.
type Account struct {
	ID    string
	State *State
	// Deletions are those of service-linked roles, oldest first.
	Deletions []*Deletion
	// Usage is why the deletion of a service-linked role will fail, by its name.
	Usage map[string][]RegionUsage

	past  []pastState // oldest first
	reads int
}

// pastState is a state that a write replaced, with the moment when it did.
type pastState struct {
	state *State
	at    time.Time
	reads int // how many reads had been served then
}

// Visible is the state that reads see now.
func (a *Account) Visible(lag Lag, now time.Time) *State {
	for len(a.past) > 0 {
		oldest := a.past[0]
		if now.Sub(oldest.at) < lag.Duration || a.reads-oldest.reads < lag.Reads {
			return oldest.state
		}
		a.past = a.past[1:]
	}
	return a.State
}

// Read counts a read.
func (a *Account) Read() { a.reads++ }

// Write runs a change and remembers the state before it when it succeeds.
func (a *Account) Write(now time.Time, change func() error) error {
	before := pastState{state: a.State.Clone(), at: now, reads: a.reads}
	err := change()
	if err == nil {
		a.past = append(a.past, before)
	}
	return err
}

// Forget makes every write visible.
func (a *Account) Forget() { a.past = nil }
