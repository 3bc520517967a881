// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Entity is a sort of entity that snapshots show. The zero value is none.
type Entity int

// The entities that snapshots show.
const (
	Role Entity = iota + 1
	Policy
	// LinkedRole is a service-linked role, which IAM shows among the roles.
	LinkedRole
)

// entities is one more than the last.
const entities = LinkedRole + 1

// linkedPath is what the paths of service-linked roles begin with.
const linkedPath = "/aws-service-role/"

// Object is an object that stands for an entity.
type Object struct {
	Entity Entity
	types.NamespacedName
}

// Compare returns an observation without what may differ, such as what its object ignores. It leaves the document of a
// policy as it is.
type Compare func(iam.Observation) iam.Observation

// Settled is an object that is as declared.
type Settled struct {
	Object Object
	// Seen is the state that its entity was found or left in.
	Seen iam.Observation
	// Compare leaves out what may differ.
	Compare Compare
	// WroteAt is when the state was last written or read.
	WroteAt time.Time
}

// keyOf is a name as IAM compares it.
func keyOf(name string) string { return strings.ToLower(name) }

// key is the name of the entity, as IAM compares it.
func (s Settled) key() string {
	if s.Seen.Policy != nil {
		return keyOf(s.Seen.Policy.Name)
	}
	return keyOf(s.Seen.Role.Name)
}

// path is that of a role.
func (s Settled) path() string {
	if s.Seen.Role == nil {
		return ""
	}
	return s.Seen.Role.Path
}

// lastUsed is when the role was last used, as it was seen or was known before.
func (s Settled) lastUsed(known int64) int64 {
	if s.Seen.Use == nil {
		return known
	}
	return seconds(s.Seen.Use.LastUsed)
}

// seconds are those of Unix time, 0 for the zero time.
func seconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix()
}

// digest stands for what a snapshot shows of the entity.
func (s Settled) digest() belief.Digest {
	if s.Seen.Policy != nil {
		return held(bare(*s.Seen.Policy), s.Seen, s.Compare)
	}
	return digestOf(s.Compare(s.Seen))
}

// digestOf is the digest of a role with its instance profile, but for the tags of that, which no snapshot shows. One
// that was made again has other tags than it had, and resource policies name another role than is there, so that the
// ids count.
func digestOf(o iam.Observation) belief.Digest {
	if o.Profile == nil {
		return belief.DigestOf(iam.Observation{Role: o.Role}, o.Role.ID)
	}
	profile := *o.Profile
	profile.Tags = nil
	return belief.DigestOf(iam.Observation{Role: o.Role, Profile: &profile}, o.Role.ID, profile.ID)
}

// bare is the digest of a policy without its tags, which no snapshot shows, and without who has it attached, which is
// known only when all is read. One that was made again has other tags than it had, so that its id counts.
func bare(p iam.Policy) belief.Digest {
	id, version := p.ID, p.DefaultVersionID
	p.Tags, p.Users, p.Groups, p.Roles = nil, nil, nil, nil
	return belief.DigestOf(iam.Observation{Policy: &p}, id, version)
}

// held completes the digest of a policy by who has it attached.
func held(bare belief.Digest, seen iam.Observation, compare Compare) belief.Digest {
	all := []string{string(bare[:])}
	p := compare(seen).Policy
	for _, of := range []struct {
		kind  string
		names []string
	}{{"user/", p.Users}, {"group/", p.Groups}, {"role/", p.Roles}} {
		names := slices.Clone(of.names)
		slices.Sort(names)
		for _, name := range names {
			all = append(all, of.kind+name)
		}
	}
	return belief.DigestOf(iam.Observation{}, all...)
}

// beyond is what no bulk reading shows of an entity: the tags of a policy, or of an instance profile.
type beyond struct {
	// policy is an ARN, profile a name; one of them is empty.
	policy, profile string
	tags            belief.Digest
	// checked is when the tags were last read or written.
	checked time.Time
}

// beyond is nil where a bulk reading shows all.
func (s Settled) beyond() *beyond {
	b := &beyond{checked: s.WroteAt}
	switch {
	case s.Seen.Policy != nil:
		b.policy = s.Seen.Policy.ARN
		b.tags = b.digest(s.Seen.Policy.Tags, s.Compare)
	case s.Seen.Profile != nil:
		b.profile = s.Seen.Profile.Name
		b.tags = b.digest(s.Seen.Profile.Tags, s.Compare)
	default:
		return nil
	}
	return b
}

// digest stands for tags without those that are ignored.
func (b *beyond) digest(tags map[string]string, compare Compare) belief.Digest {
	if b.policy != "" {
		seen := compare(iam.Observation{Policy: &iam.Policy{Tags: tags}})
		return belief.DigestOf(iam.Observation{Policy: &iam.Policy{Tags: seen.Policy.Tags}})
	}
	seen := compare(iam.Observation{Role: &iam.Role{}, Profile: &iam.InstanceProfile{Tags: tags}})
	return belief.DigestOf(iam.Observation{Profile: &iam.InstanceProfile{Tags: seen.Profile.Tags}})
}
