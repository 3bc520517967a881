// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package snapshot watches over the roles and managed policies of an account with a bulk reading at each interval, in
// place of readings of each. It compares what is shown with what each object last made true, and names the objects
// whose entities differ or are missing. It never says what is to be done: pages are no consistent cut, so the pass of
// such an object reads directly before it writes.
//
// A snapshot that began before a write of ours, or so shortly after it that IAM may still have shown the state before,
// says nothing about the entity.
package snapshot

import (
	"hash/maphash"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Snapshots watch over accounts. They are safe for concurrent use.
type Snapshots struct {
	// owner is what the owner tags of our roles begin with: the cluster id and a slash.
	owner string
	seed  maphash.Seed

	mu       sync.Mutex
	accounts map[string]*account // by the name of the AWSAccount
	objects  map[Object]place
	// gone is when objects went that are gone for less than mourned.
	gone map[Object]time.Time
}

// place is where an object is settled.
type place struct{ account, key string }

// account is what is known of one account.
type account struct {
	areas [entities]area
	// claimed are the policies that the last snapshot showed and that objects asked for, by keyOf; unclaimed the others.
	claimed   map[string]bool
	unclaimed unclaimed
	// began is when the last whole snapshot began, holders how many users and groups there are, as far as one showed them.
	began   time.Time
	holders int
	// failures counts the attempts in a row that failed; given says that nobody waits for the first snapshot any more.
	failures int
	given    bool
	denied   bool
}

// area is what is known of the entities of one sort in an account.
type area struct {
	settled map[string]settled // by keyOf
	// strange are entities of ours that no object has settled: those of objects that were not looked at since the start,
	// and of objects that are gone.
	strange map[string]strange
	// shown is how many entities the last snapshot that read them showed, outside of them not in whole, and names has the
	// hashes of their names, nil where the last snapshot left them out.
	shown, outside int
	names          map[uint64]struct{}
	// direct says that each entity is read by itself, because that takes fewer calls, and lapsed that the objects know
	// that no snapshot watches over them.
	direct, lapsed bool
}

// strange is an entity as the last snapshot showed it, with the instance profiles that hold the role.
type strange struct {
	iam.Observation
	profiles []iam.InstanceProfile
	// partial says that not all of the entity was shown.
	partial bool
}

type settled struct {
	object Object
	// path is that of a role.
	path    string
	digest  belief.Digest
	compare Compare
	wroteAt time.Time
	// beyond is what no bulk reading shows, nil where that is nothing.
	beyond *beyond
	// lastUsed is when the role was last used, in seconds of Unix time, 0 where that is not known.
	lastUsed int64
}

// told reports whether a reading that began at a time says anything about what an object made true.
func (s settled) told(began time.Time) bool { return began.Sub(s.wroteAt) >= belief.Suspicion }

// attempts is how often the first snapshot of an account is tried before each object looks for itself.
const attempts = 3

// New returns snapshots for a cluster.
func New(clusterID string) *Snapshots {
	return &Snapshots{
		owner: clusterID + "/", seed: maphash.MakeSeed(), accounts: map[string]*account{}, objects: map[Object]place{},
		gone: map[Object]time.Time{},
	}
}

func (s *Snapshots) of(name string) *account {
	if s.accounts[name] == nil {
		a := &account{}
		for e := range a.areas {
			a.areas[e].settled = map[string]settled{}
		}
		s.accounts[name] = a
	}
	return s.accounts[name]
}

// Settle remembers what an object made true.
func (s *Snapshots) Settle(name string, object Settled) {
	digest, beyond, key := object.digest(), object.beyond(), object.key()
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.of(name).areas[object.Object.Entity]
	delete(a.strange, key)
	if object.Object.Entity == Policy {
		delete(s.of(name).unclaimed, key)
	}
	delete(s.gone, object.Object)
	s.objects[object.Object] = place{name, key}
	a.settled[key] = settled{
		object: object.Object, path: object.path(), digest: digest, compare: object.Compare, wroteAt: object.WroteAt,
		beyond: beyond, lastUsed: object.lastUsed(a.settled[key].lastUsed),
	}
}

// EachUse calls each for every object that is as declared and whose role was used, with when that last was in seconds
// of Unix time.
func (s *Snapshots) EachUse(each func(role types.NamespacedName, at int64)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		for _, object := range a.areas[Role].settled {
			if object.lastUsed > 0 {
				each(object.object.NamespacedName, object.lastUsed)
			}
		}
	}
}

// Unsettle forgets what an object made true that is not as declared.
func (s *Snapshots) Unsettle(object Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsettle(object)
}

func (s *Snapshots) unsettle(object Object) {
	at, known := s.objects[object]
	if known && s.of(at.account).areas[object.Entity].settled[at.key].object == object {
		delete(s.of(at.account).areas[object.Entity].settled, at.key)
	}
	delete(s.objects, object)
}

// Forget drops an account.
func (s *Snapshots) Forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	for e := range a.areas {
		for _, object := range a.areas[e].settled {
			delete(s.objects, object.object)
		}
	}
	delete(s.accounts, name)
}

// Recognise returns what the last snapshot shows of an entity of ours that no object has settled, once; of a role with
// the instance profile of a name, where that is not empty.
func (s *Snapshots) Recognise(name string, entity Entity, of, profile string) (iam.Observation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	shown, found := a.areas[entity].strange[keyOf(of)]
	delete(a.areas[entity].strange, keyOf(of))
	seen, found := shown.Observation, found && !shown.partial
	if seen.BegunAt = a.began; profile != "" {
		seen.Profile = iam.ShownRole{Profiles: shown.profiles}.Profile(profile)
	}
	return seen, found
}

// Roles is how many roles the last snapshot of an account showed.
func (s *Snapshots) Roles(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(name).areas[Role].shown
}

// Lacks reports whether the last snapshot showed that there is no entity of a name. There may be one by now.
func (s *Snapshots) Lacks(name string, entity Entity, of string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.of(name).areas[entity]
	_, shown := a.names[s.hash(keyOf(of))]
	return a.names != nil && !shown
}

// hash stands for a name where only its absence is of interest: of two names with one hash, both are there.
func (s *Snapshots) hash(key string) uint64 { return maphash.String(s.seed, key) }
