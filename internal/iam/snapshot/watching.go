// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import "time"

const (
	// rolesPerPage and policiesPerPage are how many of them a page of a bulk reading has at most.
	rolesPerPage    = 1000
	policiesPerPage = 100
	// readsPerRole is what a look at one unchanged role costs: the role, two lists and its inline policy; readsPerPolicy
	// what one at an unchanged policy does: the policy, and those who have it attached. readsPerLinkedRole is the role.
	readsPerRole       = 4
	readsPerPolicy     = 2
	readsPerLinkedRole = 1
)

// costs are about how many calls reading all entities of a sort takes, and how many reading each of those that objects
// stand for would.
type costs struct{ bulk, direct int }

// Choose decides by counted calls what the next snapshot of an account reads. Policies are read only beside roles,
// which show who has them attached.
func (s *Snapshots) Choose(name string) (roles, policies bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	r, p := a.costs()
	a.areas[Policy].direct = p.direct > 0 && p.direct < p.bulk
	bulk, direct := r.bulk+min(p.bulk, p.direct), r.direct+p.direct
	a.areas[Role].direct = direct > 0 && direct+a.linkedReads() < bulk
	a.areas[LinkedRole].direct = a.areas[Role].direct
	if a.areas[Role].direct {
		a.areas[Policy].direct, a.given = true, true
	}
	return !a.areas[Role].direct, !a.areas[Policy].direct
}

// linkedReads is what reading each service-linked role that objects stand for would cost. They are among the roles.
func (a *account) linkedReads() int { return readsPerLinkedRole * len(a.areas[LinkedRole].settled) }

func (a *account) costs() (roles, policies costs) {
	r, p := &a.areas[Role], &a.areas[Policy]
	profiles := 0
	for _, object := range r.settled {
		if object.beyond != nil {
			profiles++
		}
	}
	roles = costs{
		bulk:   pages(r.shown, rolesPerPage) + pages(r.shown-r.outside, rolesPerPage) + min(profiles, TagReads),
		direct: readsPerRole*len(r.settled) + profiles,
	}
	policies = costs{bulk: pages(p.shown, policiesPerPage), direct: readsPerPolicy * len(p.settled)}
	policies.bulk += min(len(p.settled), TagReads)
	if a.holders > 0 {
		policies.bulk += pages(a.holders, rolesPerPage)
	}
	return roles, policies
}

// DirectReads is how many calls reading each watched object of an account by itself takes, where snapshots do not watch
// over all of them: those of the objects that look for themselves.
func (s *Snapshots) DirectReads(name string, now time.Time, interval time.Duration) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	roles, policies := a.costs()
	reads := 0
	linked := costs{direct: a.linkedReads()}
	for entity, each := range map[Entity]costs{Role: roles, Policy: policies, LinkedRole: linked} {
		if !a.covers(entity, now, interval) {
			reads += each.direct
		}
	}
	return reads
}

func pages(entities, each int) int { return max(1, (entities+each-1)/each) }

// Failures is how many attempts in a row failed to read an account as a whole.
func (s *Snapshots) Failures(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(name).failures
}

// Due reports whether the next snapshot is due.
func (s *Snapshots) Due(name string, now time.Time, interval time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	return a.began.IsZero() || now.Sub(a.began) >= interval
}

// Lapsed returns the objects that snapshots no longer watch over, once: no pass of theirs is planned.
func (s *Snapshots) Lapsed(name string, now time.Time, interval time.Duration) []Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	var objects []Object
	a := s.of(name)
	for e := range a.areas {
		lapsed := !a.covers(Entity(e), now, interval)
		if lapsed && !a.areas[e].lapsed && !a.began.IsZero() {
			for _, object := range a.areas[e].settled {
				objects = append(objects, object.object)
			}
		}
		a.areas[e].lapsed = lapsed
	}
	return objects
}

// Awaited reports whether the first snapshot of an account is still to come.
func (s *Snapshots) Awaited(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.of(name).given
}

// Covers reports whether snapshots watch over the entities of a sort in an account: the last whole one began less than
// two intervals ago.
func (s *Snapshots) Covers(name string, entity Entity, now time.Time, interval time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(name).covers(entity, now, interval)
}

func (a *account) covers(entity Entity, now time.Time, interval time.Duration) bool {
	return !a.areas[entity].direct && !a.began.IsZero() && now.Sub(a.began) < 2*interval
}

// Stale reports whether snapshots of an account fail, and the last one says nothing any more. One that AWS denies is
// none: that is for its owner to decide.
func (s *Snapshots) Stale(name string, now time.Time, interval time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	return !a.covers(Role, now, interval) && a.failures >= attempts && !a.denied
}
