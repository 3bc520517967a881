// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"time"

	"golang.org/x/time/rate"
)

// account is one AWS account: its state, and the earlier states that reads may still see.
type account struct {
	id      string
	state   *state
	past    []pastState // oldest first
	reads   int
	limiter *rate.Limiter // nil: not limited

	deletions []*deletionTask          // of service-linked roles, oldest first
	usage     map[string][]RegionUsage // by service-linked role
}

// pastState is a state that a write replaced, with the moment when it did.
type pastState struct {
	state *state
	at    time.Time
	reads int // how many reads had been served then
}

// Lag makes reads eventually consistent: after a write, reads show the state before it for Duration, and for the next
// Reads reads. Writes are judged by the newest state, unless Writes is set: then they meet what IAM answers now and
// then right after a change: NoSuchEntity for an entity that reads do not show yet, "Invalid principal in policy" for
// such a principal, DeleteConflict for a role whose last policy was just removed.
type Lag struct {
	Duration time.Duration
	Reads    int
	Writes   bool
}

func (l Lag) enabled() bool { return l.Duration > 0 || l.Reads > 0 }

// visible is the state that reads see now.
func (a *account) visible(lag Lag, now time.Time) *state {
	for len(a.past) > 0 {
		oldest := a.past[0]
		if now.Sub(oldest.at) < lag.Duration || a.reads-oldest.reads < lag.Reads {
			return oldest.state
		}
		a.past = a.past[1:]
	}
	return a.state
}

// transaction is what a handler works with: the state to judge by, and the simulator around it.
type transaction struct {
	sim     *Sim
	account *account
	caller  caller
	state   *state // of reads: what is visible; of writes: the newest
	visible *state // nil unless writes are judged by it as well
	now     time.Time
	usage   map[string]usage // of managed policies, counted on first use
}

// run executes one action on the account. The caller holds the simulator's lock.
func (t *transaction) run(a *action, p params, lag Lag) ([]node, error) {
	t.limitPage(p)
	view := t.account.visible(lag, t.now)
	if !a.write {
		t.account.reads++
		t.state = view
		return a.do(t, p)
	}
	t.state = t.account.state
	if !lag.enabled() {
		return a.do(t, p)
	}
	if lag.Writes {
		t.visible = view
	}
	before := pastState{state: t.state.clone(), at: t.now, reads: t.account.reads}
	result, err := a.do(t, p)
	if err == nil {
		t.account.past = append(t.account.past, before)
	}
	return result, err
}

// arn builds the ARN of an IAM resource in this account.
func (t *transaction) arn(resource string) string { return t.sim.arn(t.account.id, resource) }

// create fills in what every new entity gets.
func (t *transaction) create(kind, idPrefix, name, path string, tags []Tag) Entity {
	if path == "" {
		path = "/"
	}
	return Entity{
		Name: name, ID: t.sim.uniqueID(idPrefix), ARN: t.arn(kind + path + name), Path: path,
		Created: t.now.UTC().Truncate(time.Second), Tags: tags,
	}
}
