// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"slices"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Reading is what one look at AWS showed, and how it was made.
type Reading struct {
	iam.Observation
	// Missing says that an entity that was asked for is not there.
	Missing bool
	// ForDeletion says that absence would end the object, so that it must be certain. Such a reading has what only a
	// deletion asks for, and has not the document of a managed policy.
	ForDeletion bool
	// Forced says that a person asked for the look: what AWS shows is taken even if it is older than our last write.
	Forced bool
}

// Judgement says what to do with a reading.
type Judgement int

// The values of Judgement.
const (
	// Take: the reading is the state of AWS.
	Take Judgement = iota
	// Keep: the reading is older than our last write; what that left is the state.
	Keep
	// Buried: the reading shows an entity that we deleted; AWS must be read again.
	Buried
	// TooSoon: something is missing that may only not be shown yet; AWS must be read again after a wait.
	TooSoon
)

// State is what to take for the state of AWS.
type State struct {
	Judgement Judgement
	// Observation is the state under Take and Keep.
	iam.Observation
	// Wait is how long to wait before AWS is read again, under TooSoon.
	Wait time.Duration
}

// Judge says what a reading is worth.
func (o *Object) Judge(r Reading, now time.Time) State {
	if o.store.showsBuried(r.Observation, now) {
		return State{Judgement: Buried}
	}
	if believed, contradicted := o.contradicts(r); contradicted && !r.Forced {
		if r.ForDeletion {
			believed = completed(believed, r.Observation)
		}
		return State{Judgement: Keep, Observation: believed}
	}
	if wait := o.Unsure(now); r.ForDeletion && r.Missing && wait > 0 {
		return State{Judgement: TooSoon, Wait: wait}
	}
	return State{Judgement: Take, Observation: r.Observation}
}

// contradicts tells whether a reading is older than our last write, and returns what that left.
func (o *Object) contradicts(r Reading) (iam.Observation, bool) {
	o.mu.Lock()
	state, age := o.state, r.BegunAt.Sub(o.wroteAt)
	o.mu.Unlock()
	if state == nil || age >= Suspicion {
		return iam.Observation{}, false
	}
	seen := partsOf(r.Observation)
	if _, read := seen[documentPart]; read && r.ForDeletion {
		seen[documentPart] = state.parts[documentPart]
	}
	contradicted := slices.ContainsFunc(state.before, func(was parts) bool { return older(was, state.parts, seen) })
	return state.believed, contradicted
}

// completed adds to what is believed what only the reading for a deletion has.
func completed(believed, seen iam.Observation) iam.Observation {
	believed.OtherProfiles = seen.OtherProfiles
	if believed.Policy != nil && seen.Policy != nil {
		p := *believed.Policy
		p.Versions, p.Bounds, p.DefaultVersionID = seen.Policy.Versions, seen.Policy.Bounds, seen.Policy.DefaultVersionID
		believed.Policy = &p
	}
	return believed
}
