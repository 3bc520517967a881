// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Contested fields: repaired this often within the period, a field is repaired only once a period from then on.
const (
	contestedRepairs = 3
	contestedPeriod  = time.Hour
)

// memory is what the controller remembers of objects between passes. All of it is a help, nothing is authority: a
// restarted controller that remembers nothing does the same, only with more readings.
type Store struct {
	mu      sync.Mutex
	objects map[types.UID]*Object
	// buried has the unique ids of the entities that we deleted, and when. AWS never gives an id again, so that a reading
	// that shows one is older than the deletion. An object of the same name and owner may be there already.
	buried map[string]time.Time
	// began is when this controller began to work. What an earlier one wrote was written before.
	began time.Time
}

// remembered is the memory of one object. Only the worker that holds the object uses it.
type Object struct {
	// believed is the state after our last writes, which were at wroteAt, and before are the states that it went through
	// in the time in which IAM may still show them. wroteAt is zero when there were no writes.
	before   []iam.Observation
	believed iam.Observation
	wroteAt  time.Time
	// settled says that the propagation window was waited for, so that the next pass reads again.
	settled bool
	// desired identifies what was last applied in full, to tell drift from a change of the spec.
	desired string
	// failures counts passes in a row that ended in an error that heals by itself.
	failures int
	// propagating is when a change was written that ECS must learn of, until it had the time.
	propagating time.Time
	// createdAt is when the role was created.
	createdAt time.Time
	// principalSince is when IAM first could not find a principal of the trust policy.
	principalSince time.Time
	// missing asks for the principals that IAM could not find.
	missing map[string]plan.Question
	// uncertainAt is when the answer to a write was last lost: it may have been carried out.
	uncertainAt time.Time
	// inUseSince is when AWS first refused a deletion since something refers to the entity.
	inUseSince time.Time
	// lostName says that the object lost the contest for its name, which its status may not show in the cache yet.
	lostName bool
	// repairs tell of each field when its drift was corrected.
	repairs map[string]repairs
}

// repairs tell of one field when its drift was corrected.
type repairs struct {
	// times are those within the last two periods, oldest first.
	times []time.Time
	// contested says that there were too many in one period; the field must hold for another to be trusted again.
	contested bool
}

func NewStore(now time.Time) *Store {
	return &Store{objects: map[types.UID]*Object{}, buried: map[string]time.Time{}, began: now}
}

// begin says that work begins only now, as after waiting for leadership.
func (m *Store) Begin(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.began = now
}

// unsure returns for how long AWS may still not show a write that nothing is remembered of: one of an earlier
// controller, or one whose answer was lost.
func (m *Store) Unsure(r *Object, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	since := m.began
	if r.uncertainAt.After(since) {
		since = r.uncertainAt
	}
	return max(0, suspicion-now.Sub(since))
}

func (m *Store) Of(uid types.UID) *Object {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.objects[uid] == nil {
		m.objects[uid] = &Object{repairs: map[string]repairs{}}
	}
	return m.objects[uid]
}

// bury remembers that the entities of an observation were deleted, for as long as IAM may show them.
func (m *Store) Bury(o iam.Observation, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.buried, func(_ string, at time.Time) bool { return now.Sub(at) > burial })
	for _, id := range entityIDs(o) {
		m.buried[id] = now
	}
}

// shows tells whether a reading shows an entity that we deleted.
func (m *Store) Shows(o iam.Observation) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(entityIDs(o), func(id string) bool { return !m.buried[id].IsZero() })
}

// burial is how long the ids of deleted entities are kept: many times as long as IAM was ever seen to show them.
const burial = time.Hour

// entityIDs are the unique ids of the role or policy of an observation, as far as it has one.
func entityIDs(o iam.Observation) []string {
	var ids []string
	if o.Role != nil && o.Role.ID != "" {
		ids = append(ids, o.Role.ID)
	}
	if o.Policy != nil && o.Policy.ID != "" {
		ids = append(ids, o.Policy.ID)
	}
	return ids
}

func (m *Store) Forget(uid types.UID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, uid)
}

// statesKept is how many earlier states are remembered of an object that is written to again and again.
const statesKept = 8

// wrote remembers the state around our writes, and within the time of suspicion the states before earlier ones.
func (r *Object) Wrote(before, believed iam.Observation, now time.Time) {
	if now.Sub(r.wroteAt) > suspicion {
		r.before = nil
	}
	r.before = append(r.before, before)
	r.before = r.before[max(0, len(r.before)-statesKept):]
	r.believed, r.wroteAt, r.settled = believed, now, false
}

// withDeclared returns the observation with the documents of the declared policies marked as known: they were not read,
// and when the next spec declares them no more they are still none of others.
func WithDeclared(o iam.Observation, declared []string) iam.Observation {
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

// believes returns the state that our own writes left, while IAM may not show it yet. The pass that ends the
// propagation window believes it too; later ones read, and so does one that comes only at the next resync.
func (r *Object) Believes(now time.Time, window time.Duration) (iam.Observation, bool) {
	age := now.Sub(r.wroteAt)
	// However late it comes, as in a throttled account, the pass that ends the window has nothing to read.
	late := age >= window+suspicion && (window == 0 || !r.propagating.Equal(r.wroteAt))
	if r.wroteAt.IsZero() || r.settled || late {
		return iam.Observation{}, false
	}
	r.settled = age >= window
	return r.believed, true
}

// distrusts tells whether a reading is older than our last write.
func (r *Object) Distrusts(got iam.Observation) bool {
	if r.wroteAt.IsZero() || got.BegunAt.Sub(r.wroteAt) >= suspicion {
		return false
	}
	return slices.ContainsFunc(r.before, func(before iam.Observation) bool { return looksStale(before, r.believed, got) })
}

// repaired remembers that drift of the fields was corrected.
func (r *Object) Repaired(fields []string, now time.Time) {
	for _, f := range fields {
		was := r.repairs[f]
		times := append(recent(was.times, now, 2*contestedPeriod), now)
		r.repairs[f] = repairs{
			times:     times,
			contested: was.contested && len(times) > 1 || len(recent(times, now, contestedPeriod)) >= contestedRepairs,
		}
	}
}

// contested returns the fields that were repaired too often to be repaired now.
func (r *Object) Contested(now time.Time) map[string]bool {
	fields := map[string]bool{}
	for f, repairs := range r.repairs {
		if repairs.contested && len(recent(repairs.times, now, contestedPeriod)) > 0 {
			fields[f] = true
		}
	}
	return fields
}

func recent(times []time.Time, now time.Time, period time.Duration) []time.Time {
	var kept []time.Time
	for _, t := range times {
		if now.Sub(t) < period {
			kept = append(kept, t)
		}
	}
	return kept
}

// Believed is the state that our own writes left.
func (r *Object) Believed() iam.Observation { return r.believed }

// Failed counts passes in a row that ended in an error that heals by itself.
func (r *Object) Failed(failed bool) int {
	r.failures++
	if !failed {
		r.failures = 0
	}
	return r.failures
}

// Failures is how many such passes there were in a row.
func (r *Object) Failures() int { return r.failures }

// Uncertain says that the answer to a write was lost.
func (r *Object) Uncertain(now time.Time) { r.uncertainAt = now }

// LoseName says that the object lost the contest for its name, which its status may not show in the cache yet.
func (r *Object) LoseName() { r.lostName = true }

// LostName reports whether it did.
func (r *Object) LostName() bool { return r.lostName }

// Applied is the digest of what was last applied in full.
func (r *Object) Applied() string { return r.desired }

// SetApplied says that what has the digest was applied in full.
func (r *Object) SetApplied(digest string) { r.desired = digest }

// Created says that an entity was created; Fresh reports whether that was within a time.
func (r *Object) Created(now time.Time) { r.createdAt = now }

// Fresh reports whether the entity was created within a time.
func (r *Object) Fresh(now time.Time, within time.Duration) bool {
	return !r.createdAt.IsZero() && now.Sub(r.createdAt) < within
}

// Propagating is when a change was written that ECS must learn of.
func (r *Object) Propagating() time.Time { return r.propagating }

// SetPropagating sets it.
func (r *Object) SetPropagating(at time.Time) { r.propagating = at }

// InUse says whether AWS refuses a deletion because something refers to the entity, and for how long it has.
func (r *Object) InUse(refused bool, now time.Time) time.Duration {
	return lasting(&r.inUseSince, refused, now)
}

// PrincipalMissing says whether IAM cannot find a principal, and for how long it could not.
func (r *Object) PrincipalMissing(missing bool, now time.Time) time.Duration {
	return lasting(&r.principalSince, missing, now)
}

func lasting(since *time.Time, holds bool, now time.Time) time.Duration {
	switch {
	case !holds:
		*since = time.Time{}
	case since.IsZero():
		*since = now
	default:
		return now.Sub(*since)
	}
	return 0
}

// DistrustsForDeletion is Distrusts of a reading for a deletion, which reads no document of a policy.
func (r *Object) DistrustsForDeletion(got iam.Observation) bool {
	if got.Policy != nil && r.believed.Policy != nil {
		complete := *got.Policy
		complete.Document = r.believed.Policy.Document
		got.Policy = &complete
	}
	return r.Distrusts(got)
}

// BelievedForDeletion is Believed, with what only a reading for a deletion tells.
func (r *Object) BelievedForDeletion(got iam.Observation) iam.Observation {
	believed := r.believed
	believed.OtherProfiles = got.OtherProfiles
	if believed.Policy != nil && got.Policy != nil {
		complete := *believed.Policy
		complete.Versions, complete.Bounds = got.Policy.Versions, got.Policy.Bounds
		complete.DefaultVersionID = got.Policy.DefaultVersionID
		believed.Policy = &complete
	}
	return believed
}

// MissingPrincipals asks for the principals of the trust policy that IAM could not find, by their ARNs.
func (r *Object) MissingPrincipals() map[string]plan.Question { return r.missing }

// SetMissingPrincipals remembers them until none is missing.
func (r *Object) SetMissingPrincipals(asked map[string]plan.Question) { r.missing = asked }
