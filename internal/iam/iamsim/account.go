// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// account is one AWS account: its state, and the earlier states that reads may still see.
type account struct {
	id    string
	state *state
	past  []pastState // oldest first
	reads int

	deletions []*deletionTask          // of service-linked roles, oldest first
	usage     map[string][]RegionUsage // by service-linked role
}

// pastState is a state that a write replaced, with the moment when it did.
type pastState struct {
	state *state
	at    time.Time
	reads int // how many reads had been served then
}

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
func (t *transaction) run(a *action, p wire.Params, lag Lag) ([]wire.Node, error) {
	p.LimitPage(t.sim.levers.Settings().PageLimit)
	view := t.account.visible(lag, t.now)
	if !a.write {
		t.account.reads++
		t.state = view
		return a.do(t, p)
	}
	t.state = t.account.state
	if !lag.Enabled() {
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
