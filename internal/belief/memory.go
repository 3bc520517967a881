// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Object is what is remembered of one object. It is safe for concurrent use.
type Object struct {
	store *Store
	mu    sync.Mutex
	// state is what our last writes left, nil when nothing is believed.
	state *state
	// wroteAt is when we last wrote, zero when never.
	wroteAt time.Time
	// uncertainAt is when the answer to a write was last lost: it may have been carried out.
	uncertainAt time.Time
	// propagating is when a change was written that ECS must learn of, or zero.
	propagating time.Time

	// attached are the managed policies that we attached to the role, by ARN.
	attached map[string]bool

	progress
	// repairs tell of each field when its drift was corrected.
	repairs map[string]repairs
}

// state is what our writes left.
type state struct {
	believed iam.Observation
	parts    parts
	// before are the states that it went through in the time in which IAM may still show them, oldest first.
	before []parts
	// settled says that the propagation window was waited for, so that the next pass reads again.
	settled bool
}

// statesKept is how many earlier states are remembered of an object that is written to again and again.
const statesKept = 8

// Write is what one execution did.
type Write struct {
	// Before was observed before it, After is what the successful calls left.
	Before, After iam.Observation
	// Declared are the ARNs of the managed policies that the spec declares. Their documents were not read; when the next
	// spec declares them no more, they are still not of others.
	Declared []string
}

// Store remembers objects between passes. It is safe for concurrent use.
type Store struct {
	mu      sync.Mutex
	objects map[types.UID]*Object
	// buried has the unique ids of the entities that we deleted, and when. AWS never gives an id again, so that a reading
	// that shows one is older than the deletion. An object of the same name and owner may be there already.
	buried map[string]time.Time
	// began is when this controller began to work. What an earlier one wrote was written before.
	began time.Time
	swept time.Time
}

// NewStore returns a store that remembers nothing and whose controller begins to work now.
func NewStore(now time.Time) *Store {
	return &Store{objects: map[types.UID]*Object{}, buried: map[string]time.Time{}, began: now, swept: now}
}

// repairs tell of one field when its drift was corrected.
type repairs struct {
	// times are those within the last two periods, oldest first.
	times     []time.Time
	contested bool
}

// progress is how the passes over an object went.
type progress struct {
	// applied is what was last applied in full, to tell drift from a change of what is declared.
	applied Applied
	// failures counts passes in a row that ended in an error that heals by itself.
	failures int
	// createdAt is when an entity was created.
	createdAt time.Time
	// principalSince and inUseSince are when AWS first gave the answer that time may heal, zero when it gave another.
	principalSince, inUseSince time.Time
	// missing asks for the principals that IAM could not find.
	missing map[string]plan.Question
	// lostName says that the object lost the contest for its name, which its status may not show in the cache yet.
	lostName bool
}

// Applied has digests of what was applied in full, and of what that followed from. It is zero when nothing is
// remembered.
type Applied struct{ Wanted, Spec, Account, References string }
