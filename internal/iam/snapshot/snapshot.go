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
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Entity is a role, and the instance profile that an object wants it in, if any.
type Entity struct{ Role, Profile string }

func (e Entity) key() string { return strings.ToLower(e.Role) }

// Compare returns an observation without what may differ, such as what the object ignores.
type Compare func(iam.Observation) iam.Observation

// Settled is an object that is as declared.
type Settled struct {
	Object types.NamespacedName
	Entity
	// Observed is the state that it was found or left in.
	Observed iam.Observation
	// Compare leaves out what may differ.
	Compare Compare
	// WroteAt is when the state was last written or read.
	WroteAt time.Time
}

// Snapshots watch over accounts. They are safe for concurrent use.
type Snapshots struct {
	// Owner is what the owner tags of our entities begin with: the cluster id and a slash.
	Owner string

	mu       sync.Mutex
	accounts map[string]*account // by the name of the AWSAccount
	objects  map[types.NamespacedName]place
}

// place is where an object is settled.
type place struct{ account, key string }

// account is what is known of one account.
type account struct {
	settled map[string]settled // by Entity.key
	// strange are entities of ours that no object has settled: those of objects that were not looked at since the start,
	// and of objects that are gone.
	strange map[string]iam.RoleReading
	// began is when the last whole snapshot began, roles how many it showed.
	began time.Time
	roles int
	// failures counts the attempts in a row that failed; given says that nobody waits for the first snapshot any more.
	failures int
	given    bool
}

type settled struct {
	object  types.NamespacedName
	profile string
	digest  belief.Digest
	compare Compare
	wroteAt time.Time
}

// New returns snapshots for a cluster.
func New(clusterID string) *Snapshots {
	return &Snapshots{
		Owner: clusterID + "/", accounts: map[string]*account{}, objects: map[types.NamespacedName]place{},
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
	digest := digestOf(object.Observed, object.Profile, object.Compare)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	delete(a.strange, object.key())
	s.objects[object.Object] = place{name, object.key()}
	a.settled[object.key()] = settled{
		object: object.Object, profile: object.Profile, digest: digest, compare: object.Compare, wroteAt: object.WroteAt,
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
	t := taking{Snapshots: s, name: name, began: now(), seen: map[string]bool{}, strange: map[string]iam.RoleReading{}}
	err := reader.ReadRoles(ctx, t.compare)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	if err != nil {
		a.failures++
		a.given = a.given || a.failures >= attempts || iam.Classify(err) == iam.ClassDenied
		return nil, err //nolint:wrapcheck // an *iam.Error says it all
	}
	a.failures, a.given = 0, true
	for key, object := range a.settled {
		if !t.seen[key] && t.tells(object) {
			t.changed = append(t.changed, object.object)
		}
	}
	a.began, a.strange, a.roles = t.began, t.strange, t.roles
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
	strange map[string]iam.RoleReading
	changed []types.NamespacedName
	roles   int
}

// compare compares one role, as it is read, with what its object made true. Of roles that are not ours nothing is kept.
func (t *taking) compare(reading iam.RoleReading) {
	key := Entity{Role: reading.Role.Name}.key()
	t.roles++
	t.mu.Lock()
	object, known := t.of(t.name).settled[key]
	t.mu.Unlock()
	if !known {
		if strings.HasPrefix(reading.Role.Tags[v1alpha1.TagOwner], t.Owner) {
			t.strange[key] = reading
		}
		return
	}
	t.seen[key] = true
	if t.tells(object) && digestOf(observation(reading, object.profile), object.profile, object.compare) != object.digest {
		t.changed = append(t.changed, object.object)
	}
}

// tells reports whether the snapshot says anything about what an object made true.
func (t *taking) tells(object settled) bool { return t.began.Sub(object.wroteAt) >= belief.Suspicion }

// observation is what a reading shows of a role and of one instance profile.
func observation(reading iam.RoleReading, profile string) iam.Observation {
	role := reading.Role
	seen := iam.Observation{Role: &role}
	for i := range reading.Profiles {
		if strings.EqualFold(reading.Profiles[i].Name, profile) {
			seen.Profile = &reading.Profiles[i]
		}
	}
	return seen
}

// digestOf is the digest of what snapshots and direct readings both show: not the tags of instance profiles, and not
// the profiles that are empty.
func digestOf(o iam.Observation, profile string, compare Compare) belief.Digest {
	if o.Profile != nil {
		held := iam.InstanceProfile{RoleName: o.Profile.RoleName}
		o.Profile = &held
	}
	if profile == "" || o.Role == nil || o.Profile != nil && !strings.EqualFold(o.Profile.RoleName, o.Role.Name) {
		o.Profile = nil
	}
	return belief.DigestOf(compare(o))
}

// Recognise returns what the last snapshot shows of a role of ours that no object has settled, once. A profile's tags
// are not known, so an entity with a profile is not recognised.
func (s *Snapshots) Recognise(name string, entity Entity) (iam.Observation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	reading, found := a.strange[entity.key()]
	if !found || entity.Profile != "" {
		return iam.Observation{}, false
	}
	delete(a.strange, entity.key())
	seen := observation(reading, "")
	seen.BegunAt = a.began
	return seen, true
}

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

// Strange are the objects that the owner tags of entities of ours name which no object has settled.
func (s *Snapshots) Strange(name string) []types.NamespacedName {
	s.mu.Lock()
	defer s.mu.Unlock()
	var objects []types.NamespacedName
	for _, reading := range s.of(name).strange {
		owner := strings.TrimPrefix(reading.Role.Tags[v1alpha1.TagOwner], s.Owner)
		if namespace, object, ok := strings.Cut(owner, "/"); ok {
			objects = append(objects, types.NamespacedName{Namespace: namespace, Name: object})
		}
	}
	return objects
}
