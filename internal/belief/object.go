// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"maps"
	"slices"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Wrote remembers the state around our writes. What Before has and After has not was deleted.
func (o *Object) Wrote(w Write, now time.Time) {
	o.store.bury(without(entityIDs(w.Before), entityIDs(w.After)), now)
	o.store.Sweep(now)
	before, after := partsOf(w.Before), partsOf(w.After)
	o.mu.Lock()
	defer o.mu.Unlock()
	next := &state{believed: withDeclared(w.After, w.Declared), parts: after}
	if o.state != nil && now.Sub(o.wroteAt) <= Suspicion {
		next.before = slices.Clone(o.state.before)
	}
	next.before = append(next.before, before)
	next.before = next.before[max(0, len(next.before)-statesKept):]
	o.state, o.wroteAt = next, now
	o.remember(w)
}

func without(ids, others []string) []string {
	return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(others, id) })
}

// withDeclared returns the observation with the documents of the declared policies marked as known.
func withDeclared(o iam.Observation, declared []string) iam.Observation {
	documents := maps.Clone(o.PolicyDocuments)
	if documents == nil {
		documents = map[string]string{}
	}
	for _, arn := range declared {
		if _, read := documents[arn]; !read {
			documents[arn] = ""
		}
	}
	o.PolicyDocuments = documents
	return o
}

// Deleted remembers that AWS ended the deletion of what was believed to exist, which it only began when we asked for
// it.
func (o *Object) Deleted(now time.Time) {
	o.mu.Lock()
	var ids []string
	if o.state != nil {
		ids = entityIDs(o.state.believed)
	}
	o.mu.Unlock()
	o.store.bury(ids, now)
}

// Uncertain remembers that the answer to a write was lost.
func (o *Object) Uncertain(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.uncertainAt = now
}

// Untouched tells whether nothing was written for the object or applied, as far as is remembered.
func (o *Object) Untouched() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.wroteAt.IsZero() && o.uncertainAt.IsZero() && o.applied == (Applied{})
}

// Unsure returns for how long AWS may still not show a write that nothing is remembered of: one of an earlier
// controller, or one whose answer was lost. Until then the absence of an entity proves nothing.
func (o *Object) Unsure(now time.Time) time.Duration {
	since := o.store.start()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.uncertainAt.After(since) {
		since = o.uncertainAt
	}
	return max(0, Suspicion-now.Sub(since))
}

// Believes returns the state that our own writes left, while IAM may not show it yet. The pass that ends the
// propagation window believes it too; later ones read, and so does one that comes only at the next resync.
func (o *Object) Believes(now time.Time, window time.Duration) (iam.Observation, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state == nil || o.state.settled || o.late(now, window) {
		return iam.Observation{}, false
	}
	o.state.settled = now.Sub(o.wroteAt) >= window
	return o.state.believed, true
}

// late tells whether a pass comes so long after our last write that it reads although none has ended the window. The
// one that ends the propagation of a change has nothing to read however late it comes, as in a throttled account.
func (o *Object) late(now time.Time, window time.Duration) bool {
	age := now.Sub(o.wroteAt)
	ends := window > 0 && o.propagating.Equal(o.wroteAt)
	return age >= window+Suspicion && !ends || age >= retention
}

// SetPropagating remembers when a change was written that ECS must learn of.
func (o *Object) SetPropagating(at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.propagating = at
}

// Propagating returns when the last change was written that ECS must learn of, or zero.
func (o *Object) Propagating() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.propagating
}
