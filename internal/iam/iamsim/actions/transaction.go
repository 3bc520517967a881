// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// Transaction is what an action works with: who calls, on which account, and the state to judge by. Whoever makes one
// holds the lock of the world until the action is done.
type Transaction struct {
	World   *store.World
	Account *store.Account
	Caller  store.Caller
	Now     time.Time

	Lag       store.Lag
	PageLimit int // 0: none
	// Enforce judges sessions by their policies; else every caller may do everything.
	Enforce bool
	// DeletionPolls is how many status reads see the deletion of a service-linked role under way.
	DeletionPolls int

	state   *store.State           // of reads: what is visible; of writes: the newest
	visible *store.State           // nil unless writes are judged by it as well
	counted map[string]store.Usage // on first use
}

// see gives the transaction its state, runs a step of an action, and remembers what a write replaces.
func (t *Transaction) see(write bool, step func() error) error {
	view := t.Account.Visible(t.Lag, t.Now)
	if !write {
		t.Account.Read()
		t.state = view
		return step()
	}
	t.state = t.Account.State
	if !t.Lag.Enabled() {
		return step()
	}
	if t.Lag.Writes {
		t.visible = view
	}
	return t.Account.Write(t.Now, step)
}

// uses says how often a managed policy is in use.
func (t *Transaction) uses(policyARN string) store.Usage {
	if t.counted == nil {
		t.counted = t.state.Uses()
	}
	return t.counted[policyARN]
}

// create fills in what every new entity gets.
func (t *Transaction) create(kind, idPrefix, name, path string, tags []store.Tag) store.Entity {
	if path == "" {
		path = "/"
	}
	return store.Entity{
		Name: name, ID: t.World.UniqueID(idPrefix), ARN: t.World.ARN(t.Account.ID, kind+path+name), Path: path,
		Created: t.second(), Tags: tags,
	}
}

// second is the time as IAM stamps entities.
func (t *Transaction) second() time.Time { return t.Now.UTC().Truncate(time.Second) }

// denied is IAM's refusal of a call.
func (t *Transaction) denied(permission, resource string) *wire.Error {
	return wire.Failure("AccessDenied", "%s",
		levers.Denial{Caller: t.Caller.ARN, Permission: permission, Resource: resource})
}
