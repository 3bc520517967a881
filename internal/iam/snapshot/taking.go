// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Wanted is what a snapshot is to show beside roles.
type Wanted struct {
	// Policies says that policies are read, where objects have asked for some or PolicyNames names them.
	Policies    bool
	PolicyNames []string
	// Elsewhere names policies that objects of other AWSAccounts of the AWS account ask for: none of them lost its object.
	Elsewhere []string
	// Orphans says that policies are read as well where some may have lost their object, Likely which names of policies
	// objects have by default, which are looked at first for that; nil for none.
	Orphans bool
	Likely  func(policy string) bool
	// PathPrefix is what the paths of the roles that objects stand for are to begin with, empty for anything. It is used
	// where all of them do.
	PathPrefix string
}

// taking is one snapshot while it is read.
type taking struct {
	*Snapshots
	name    string
	began   time.Time
	prefix  string
	roles   reading
	changed []Object
	// linked are the service-linked roles of objects that were shown, by keyOf.
	linked map[string]bool
	// policies is what is read of policies, nil where they are left out; policed are those that objects ask for, by keyOf.
	policies *reading
	policed  map[string]*policed
	// others are the policies that no object asks for; elsewhere, by keyOf, and likely are as in Wanted.
	others    []candidate
	elsewhere map[string]bool
	likely    func(policy string) bool
	// holders is how many users and groups there are, -1 where they were not read.
	holders int
}

// reading is what is read of the entities of one sort.
type reading struct {
	seen    map[string]bool
	strange map[string]strange
	shown   int
	outside int // of shown
	names   map[uint64]struct{}
}

func newReading() reading {
	return reading{seen: map[string]bool{}, strange: map[string]strange{}, names: map[uint64]struct{}{}}
}

// policed is a policy that objects ask for. Who has it attached is read apart from it.
type policed struct {
	// policy is as it was read, nil where it was not shown. Where an object settled it, it has no document.
	policy      *iam.Policy
	bare        belief.Digest
	settled     bool
	attachments int

	users, groups, roles []string
}

// begin has a snapshot read policies where objects ask for some, and until it is known that none lost its object.
func (s *Snapshots) begin(name string, wanted Wanted, now time.Time) *taking {
	t := &taking{
		Snapshots: s, name: name, began: now, roles: newReading(), policed: map[string]*policed{}, holders: -1,
		linked: map[string]bool{}, elsewhere: map[string]bool{}, likely: wanted.Likely,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of(name).within(wanted.PathPrefix) {
		t.prefix = wanted.PathPrefix
	}
	if !wanted.Policies {
		return t
	}
	for key := range s.of(name).areas[Policy].settled {
		t.policed[key] = &policed{}
	}
	for _, policy := range wanted.Elsewhere {
		t.elsewhere[keyOf(policy)] = true
	}
	for _, policy := range wanted.PolicyNames {
		t.policed[keyOf(policy)] = &policed{}
	}
	a := s.of(name)
	if len(t.policed) > 0 || wanted.Orphans || len(a.claimed) > 0 || a.unclaimed.open() {
		policies := newReading()
		t.policies = &policies
	}
	return t
}

// within reports whether the paths of all roles of ours begin with a prefix, as far as a snapshot showed them.
func (a *account) within(prefix string) bool {
	roles := &a.areas[Role]
	if a.began.IsZero() {
		return false
	}
	for _, object := range roles.settled {
		if !strings.HasPrefix(object.path, prefix) {
			return false
		}
	}
	for _, shown := range roles.strange {
		if !strings.HasPrefix(shown.Role.Path, prefix) {
			return false
		}
	}
	return true
}

// read reads roles, policies where objects ask for some, and users and groups where one of those is attached to more
// than roles.
func (t *taking) read(ctx context.Context, reader iam.BulkReader) error {
	if err := reader.ReadRoles(ctx, t.prefix, t.role); err != nil || t.policies == nil {
		return err //nolint:wrapcheck // an *iam.Error says it all
	}
	if err := reader.ReadPolicies(ctx, t.policy); err != nil || !t.heldByOthers() {
		return err //nolint:wrapcheck // an *iam.Error says it all
	}
	t.holders = 0
	return reader.ReadHolders(ctx, t.holder) //nolint:wrapcheck // an *iam.Error says it all
}

// role compares one role, as it is read, with what its object made true. Of roles that are not ours nothing is kept.
func (t *taking) role(role iam.ShownRole) {
	key := t.roles.note(t.Snapshots, role.Name)
	if role.Outside {
		t.roles.outside++
	}
	for _, arn := range role.Attached {
		if p := t.policedBy(arn); p != nil {
			p.roles = append(p.roles, role.Name)
		}
	}
	t.linkedRole(key, role)
	object, known := t.settled(Role, key)
	if !known {
		if owner, ours := t.ownerOf(Role, role.Tags); ours && !t.tooEarlyFor(owner) {
			t.roles.strange[key] = strange{
				Observation: iam.Observation{Role: &role.Role, Use: &role.Use}, profiles: role.Profiles, partial: role.Outside,
			}
		}
		return
	}
	t.roles.seen[key] = true
	t.used(key, role.Use.LastUsed)
	if role.Outside {
		t.moved(object)
		return
	}
	shown := iam.Observation{Role: &role.Role}
	if object.beyond != nil {
		shown.Profile = role.Profile(object.beyond.profile)
	}
	if object.told(t.began) && digestOf(object.compare(shown)) != object.digest {
		t.changed = append(t.changed, object.object)
	}
}

// linkedRole compares a service-linked role with what its object made true.
func (t *taking) linkedRole(key string, role iam.ShownRole) {
	if !strings.HasPrefix(role.Path, linkedPath) {
		return
	}
	object, known := t.settled(LinkedRole, key)
	if !known {
		return
	}
	t.linked[key] = true
	shown := iam.Observation{Role: &role.Role}
	if object.told(t.began) && digestOf(object.compare(shown)) != object.digest {
		t.changed = append(t.changed, object.object)
	}
}

// used notes when a role was last used.
func (t *taking) used(key string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	roles := t.of(t.name).areas[Role].settled
	if object, known := roles[key]; known {
		object.lastUsed = seconds(at)
		roles[key] = object
	}
}

// moved has an object looked at whose role was under the prefix and is not: it was made again by someone else.
func (t *taking) moved(object settled) {
	if object.told(t.began) {
		t.changed = append(t.changed, object.object)
	}
}

// note counts an entity, and returns its name as IAM compares it.
func (r *reading) note(s *Snapshots, name string) string {
	key := keyOf(name)
	r.shown++
	r.names[s.hash(key)] = struct{}{}
	return key
}

func (t *taking) settled(entity Entity, key string) (settled, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	object, known := t.of(t.name).areas[entity].settled[key]
	return object, known
}

// policedBy is the policy of an ARN that objects ask for, nil for any other. Policies of AWS have names of their own.
func (t *taking) policedBy(arn string) *policed {
	if t.policies == nil || strings.Contains(arn, ":iam::aws:policy/") {
		return nil
	}
	return t.policed[keyOf(arn[strings.LastIndexByte(arn, '/')+1:])]
}

// policy keeps of one policy, as it is read, what it takes to compare it. Of those that no object asks for only the
// names are kept.
func (t *taking) policy(policy iam.Policy, attachments int) {
	key := t.policies.note(t.Snapshots, policy.Name)
	p := t.policed[key]
	switch {
	case p == nil && t.elsewhere[key]:
		return
	case p == nil:
		t.others = append(t.others, candidate{id: policy.ID, name: policy.Name, arn: policy.ARN})
		return
	}
	p.bare, p.attachments = bare(policy), attachments
	if _, p.settled = t.settled(Policy, key); p.settled {
		policy.Document = ""
	}
	p.policy = &policy
}

// heldByOthers reports whether a policy that objects ask for is attached to users or groups.
func (t *taking) heldByOthers() bool {
	for _, p := range t.policed {
		if p.policy != nil && p.attachments != len(p.roles) {
			return true
		}
	}
	return false
}

// holder notes the policies of one user or group.
func (t *taking) holder(holder iam.Holder) {
	t.holders++
	for _, arn := range holder.Attached {
		p := t.policedBy(arn)
		switch {
		case p == nil:
		case holder.Kind == iam.HeldByUser:
			p.users = append(p.users, holder.Name)
		default:
			p.groups = append(p.groups, holder.Name)
		}
	}
}

// conclude compares what could not be compared while it was read, and keeps what the next snapshot needs.
func (t *taking) conclude() {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.of(t.name)
	a.began, a.failures, a.given, a.denied = t.began, 0, true, false
	t.forgetGone(t.began)
	t.missing(a, Role, t.roles.seen)
	t.missing(a, LinkedRole, t.linked)
	a.areas[Role].take(t.roles)
	a.areas[Policy].names = nil
	if t.policies == nil {
		return
	}
	a.holders = max(0, t.holders)
	claimed := map[string]bool{}
	for key, p := range t.policed {
		t.comparePolicy(a, key, p)
		claimed[key] = p.policy != nil
	}
	a.unclaimed = a.unclaimed.renewed(t.others, func(c candidate) chance { return t.chanceOf(a, c) })
	maps.DeleteFunc(claimed, func(_ string, shown bool) bool { return !shown })
	a.claimed = claimed
	t.missing(a, Policy, t.policies.seen)
	a.areas[Policy].take(*t.policies)
}

// chanceOf is how likely a policy is ours.
func (t *taking) chanceOf(a *account, c candidate) chance {
	switch {
	case a.claimed[keyOf(c.name)]:
		return wasOurs
	case t.likely != nil && t.likely(c.name):
		return namedAsOurs
	}
	return anyone
}

// tooEarlyFor reports whether the reading began too early to show an entity for what its object left when it went.
func (t *taking) tooEarlyFor(object Object) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.justGone(object, t.began)
}

func (a *area) take(r reading) {
	a.strange, a.shown, a.outside, a.names = r.strange, r.shown, r.outside, r.names
}

func (t *taking) comparePolicy(a *account, key string, p *policed) {
	if p.policy == nil {
		return
	}
	p.policy.Users, p.policy.Groups, p.policy.Roles = p.users, p.groups, p.roles
	shown := iam.Observation{Policy: p.policy}
	object, known := a.areas[Policy].settled[key]
	if !known {
		if !p.settled {
			t.policies.strange[key] = strange{Observation: shown}
		}
		return
	}
	t.policies.seen[key] = true
	if object.told(t.began) && held(p.bare, shown, object.compare) != object.digest {
		t.changed = append(t.changed, object.object)
	}
}

// missing adds the objects whose entities were not shown.
func (t *taking) missing(a *account, entity Entity, seen map[string]bool) {
	for key, object := range a.areas[entity].settled {
		if !seen[key] && object.told(t.began) {
			t.changed = append(t.changed, object.object)
		}
	}
}
