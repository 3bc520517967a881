// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"maps"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

const (
	// Suspicion is how long after a write of ours a reading may still show the state before it. IAM usually shows a write
	// within ten seconds; half a minute was observed.
	Suspicion = 30 * time.Second
	// burial is how long the ids of deleted entities are kept: many times as long as IAM was ever seen to show them.
	burial = time.Hour
	// sweeping is how often beliefs are looked through for those that are over.
	sweeping = time.Minute
)

// Begin says that work begins only now, as after waiting for leadership: another controller may have written until now.
func (s *Store) Begin(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began = now
}

// Of returns what is remembered of an object, from the first time on the same.
func (s *Store) Of(uid types.UID) *Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects[uid] == nil {
		s.objects[uid] = &Object{store: s}
	}
	return s.objects[uid]
}

// Forget drops an object that is gone. The ids of what it deleted stay.
func (s *Store) Forget(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, uid)
}

// bury remembers that entities were deleted, for as long as IAM may show them.
func (s *Store) bury(ids []string, now time.Time) {
	if len(ids) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.buried, func(_ string, at time.Time) bool { return now.Sub(at) > burial })
	for _, id := range ids {
		s.buried[id] = now
	}
}

// showsBuried tells whether a reading shows an entity that we deleted.
func (s *Store) showsBuried(o iam.Observation, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range entityIDs(o) {
		if at, buried := s.buried[id]; buried && now.Sub(at) <= burial {
			return true
		}
	}
	return false
}

// start is when this controller began to work.
func (s *Store) start() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.began
}

// Sweep drops the beliefs that are over, of which there may be many that no pass asks for before the next resync.
func (s *Store) Sweep(now time.Time) {
	s.mu.Lock()
	if now.Sub(s.swept) < sweeping {
		s.mu.Unlock()
		return
	}
	s.swept = now
	objects := make([]*Object, 0, len(s.objects))
	for _, o := range s.objects {
		objects = append(objects, o)
	}
	s.mu.Unlock()
	for _, o := range objects {
		o.expire(now)
	}
}

// entityIDs are the unique ids of the entities of an observation, as far as it has them.
func entityIDs(o iam.Observation) []string {
	var ids []string
	add := func(id string) {
		if id != "" {
			ids = append(ids, id)
		}
	}
	if o.Role != nil {
		add(o.Role.ID)
	}
	if o.Profile != nil {
		add(o.Profile.ID)
	}
	if o.Policy != nil {
		add(o.Policy.ID)
	}
	return ids
}

// retention is how long a belief is kept that no pass asked for.
const retention = time.Hour

// expire drops what is believed once nothing can come of it: no reading may be as old, and a pass ended the window.
func (o *Object) expire(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	age := now.Sub(o.wroteAt)
	if o.state != nil && (o.state.settled && age >= Suspicion || age >= retention) {
		o.state = nil
	}
}
