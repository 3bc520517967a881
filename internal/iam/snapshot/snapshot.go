// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package snapshot watches over the roles of an account with a bulk reading at each interval, in place of readings of
// every role. It compares what is shown with what each object last made true, and names the objects whose entities
// differ or are missing. It never says what is to be done: pages are no consistent cut, so the pass of such an object
// reads directly before it writes.
//
// A snapshot that began before a write of ours, or so shortly after it that IAM may still have shown the state before,
// says nothing about the entity.
package snapshot

import (
	"context"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// keyOf is a name as IAM compares it.
func keyOf(role string) string { return strings.ToLower(role) }

// Compare returns a role without what may differ, such as what its object ignores.
type Compare func(iam.Role) iam.Role

// Settled is an object that is as declared.
type Settled struct {
	Object types.NamespacedName
	// Role is the state that its role was found or left in.
	Role iam.Role
	// Compare leaves out what may differ.
	Compare Compare
	// WroteAt is when the state was last written or read.
	WroteAt time.Time
}

// Snapshots watch over accounts. They are safe for concurrent use.
type Snapshots struct {
	// owner is what the owner tags of our roles begin with: the cluster id and a slash.
	owner string
	seed  maphash.Seed

	mu       sync.Mutex
	accounts map[string]*account // by the name of the AWSAccount
	objects  map[types.NamespacedName]place
}

// place is where an object is settled.
type place struct{ account, key string }

// account is what is known of one account.
type account struct {
	settled map[string]settled // by keyOf
	// strange are entities of ours that no object has settled: those of objects that were not looked at since the start,
	// and of objects that are gone.
	strange map[string]iam.Role
	// began is when the last whole snapshot began, roles how many it showed, and names has the hashes of their names.
	began time.Time
	roles int
	names map[uint64]struct{}
	// failures counts the attempts in a row that failed; given says that nobody waits for the first snapshot any more.
	failures int
	given    bool
	denied   bool
}

type settled struct {
	object  types.NamespacedName
	digest  belief.Digest
	compare Compare
	wroteAt time.Time
}

// New returns snapshots for a cluster.
func New(clusterID string) *Snapshots {
	return &Snapshots{
		owner: clusterID + "/", seed: maphash.MakeSeed(),
		accounts: map[string]*account{}, objects: map[types.NamespacedName]place{},
	}
}

func (s *Snapshots) of(name string) *account {
	if s.accounts[name] == nil {
		s.accounts[name] = &account{settled: map[string]settled{}}
	}
	return s.accounts[name]
}

// Settle remembers what an object made true.
func (s *Snapshots) Settle(name string, object Settled) {
	digest, key := digestOf(object.Compare(object.Role)), keyOf(object.Role.Name)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	delete(a.strange, key)
	s.objects[object.Object] = place{name, key}
	a.settled[key] = settled{
		object: object.Object, digest: digest, compare: object.Compare, wroteAt: object.WroteAt,
	}
}

// Unsettle forgets what an object made true: it is not as declared, or gone.
func (s *Snapshots) Unsettle(object types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, known := s.objects[object]
	if known && s.of(at.account).settled[at.key].object == object {
		delete(s.of(at.account).settled, at.key)
	}
	delete(s.objects, object)
}

// Forget drops an account.
func (s *Snapshots) Forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, object := range s.of(name).settled {
		delete(s.objects, object.object)
	}
	delete(s.accounts, name)
}

// Take reads all roles of an account and returns the objects to look at. After an error it returns none, and the last
// whole snapshot stays in force.
func (s *Snapshots) Take(
	ctx context.Context, name string, reader iam.BulkReader, now func() time.Time,
) ([]types.NamespacedName, error) {
	t := taking{
		Snapshots: s, name: name, began: now(), seen: map[string]bool{}, strange: map[string]iam.Role{},
		names: map[uint64]struct{}{},
	}
	err := reader.ReadRoles(ctx, t.compare)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	if err != nil {
		a.failures++
		a.denied = iam.Classify(err) == iam.ClassDenied
		a.given = a.given || a.failures >= attempts || a.denied
		return nil, err //nolint:wrapcheck // an *iam.Error says it all
	}
	a.failures, a.given, a.denied = 0, true, false
	for key, object := range a.settled {
		if !t.seen[key] && t.tells(object) {
			t.changed = append(t.changed, object.object)
		}
	}
	a.began, a.strange, a.roles, a.names = t.began, t.strange, t.roles, t.names
	return t.changed, nil
}

// attempts is how often the first snapshot of an account is tried before each object looks for itself.
const attempts = 3

// taking is one snapshot while it is read.
type taking struct {
	*Snapshots
	name    string
	began   time.Time
	seen    map[string]bool
	strange map[string]iam.Role
	changed []types.NamespacedName
	roles   int
	names   map[uint64]struct{}
}

// compare compares one role, as it is read, with what its object made true. Of roles that are not ours nothing is kept.
func (t *taking) compare(role iam.Role) {
	key := keyOf(role.Name)
	t.roles++
	t.names[t.hash(key)] = struct{}{}
	t.mu.Lock()
	object, known := t.of(t.name).settled[key]
	t.mu.Unlock()
	if !known {
		if strings.HasPrefix(role.Tags[v1alpha1.TagOwner], t.owner) {
			t.strange[key] = role
		}
		return
	}
	t.seen[key] = true
	if t.tells(object) && digestOf(object.compare(role)) != object.digest {
		t.changed = append(t.changed, object.object)
	}
}

// tells reports whether the snapshot says anything about what an object made true.
func (t *taking) tells(object settled) bool { return t.began.Sub(object.wroteAt) >= belief.Suspicion }

func digestOf(role iam.Role) belief.Digest { return belief.DigestOf(iam.Observation{Role: &role}) }

// Recognise returns what the last snapshot shows of a role of ours that no object has settled, once.
func (s *Snapshots) Recognise(name, role string) (iam.Observation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	shown, found := a.strange[keyOf(role)]
	delete(a.strange, keyOf(role))
	if !found {
		return iam.Observation{}, false
	}
	return iam.Observation{Role: &shown, BegunAt: a.began}, true
}

// Failures is how many attempts in a row failed to read an account as a whole.
func (s *Snapshots) Failures(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(name).failures
}

// Roles is how many roles the last snapshot of an account showed.
func (s *Snapshots) Roles(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(name).roles
}

// Lacks reports whether the last snapshot showed that there is no role of a name. There may be one by now.
func (s *Snapshots) Lacks(name, role string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	_, shown := a.names[s.hash(keyOf(role))]
	return a.names != nil && !shown
}

// hash stands for a name where only its absence is of interest: of two names with one hash, both are there.
func (s *Snapshots) hash(key string) uint64 { return maphash.String(s.seed, key) }

// Costs are about how many calls a snapshot of an account takes, and how many reading each watched role would.
func (s *Snapshots) Costs(name string) (bulk, direct int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	return 2 * max(1, (a.roles+rolesPerPage-1)/rolesPerPage), readsPerRole * len(a.settled)
}

const (
	// rolesPerPage is how many roles a page of a bulk reading has at most.
	rolesPerPage = 1000
	// readsPerRole is what a look at one unchanged role costs: the role, two lists and its inline policy.
	readsPerRole = 4
)

// Due reports whether the next snapshot is due.
func (s *Snapshots) Due(name string, now time.Time, interval time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	return a.began.IsZero() || now.Sub(a.began) >= interval
}

// Skip says that no snapshot is taken for now: each object looks for its own drift.
func (s *Snapshots) Skip(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of(name).given = true
}

// Lapsed returns the objects that snapshots no longer watch over, once: no pass of theirs is planned.
func (s *Snapshots) Lapsed(name string, now time.Time, interval time.Duration) []types.NamespacedName {
	if s.Covers(name, now, interval) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	if a.began.IsZero() {
		return nil
	}
	a.began = time.Time{}
	return a.objects()
}

func (a *account) objects() []types.NamespacedName {
	objects := make([]types.NamespacedName, 0, len(a.settled))
	for _, object := range a.settled {
		objects = append(objects, object.object)
	}
	return objects
}

// Awaited reports whether the first snapshot of an account is still to come.
func (s *Snapshots) Awaited(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.of(name).given
}

// Covers reports whether snapshots watch over an account: the last whole one began less than two intervals ago.
func (s *Snapshots) Covers(name string, now time.Time, interval time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := s.of(name).began
	return !began.IsZero() && now.Sub(began) < 2*interval
}

// Stale reports whether snapshots of an account fail, and the last one says nothing any more. One that AWS denies is
// none: that is for its owner to decide.
func (s *Snapshots) Stale(name string, now time.Time, interval time.Duration) bool {
	if s.Covers(name, now, interval) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	return a.failures >= attempts && !a.denied
}

// Strange are the objects that the owner tags of entities of ours name which no object has settled.
func (s *Snapshots) Strange(name string) []types.NamespacedName {
	s.mu.Lock()
	defer s.mu.Unlock()
	var objects []types.NamespacedName
	for _, role := range s.of(name).strange {
		owner := strings.TrimPrefix(role.Tags[v1alpha1.TagOwner], s.owner)
		if namespace, object, ok := strings.Cut(owner, "/"); ok {
			objects = append(objects, types.NamespacedName{Namespace: namespace, Name: object})
		}
	}
	return objects
}
