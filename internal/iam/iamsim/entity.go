// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"maps"
	"slices"
	"time"
)

// Tag is a key and a value. Keys of roles and users ignore case, those of policies and instance profiles do not.
type Tag struct{ Key, Value string }

// Entity is what everything in an account has.
type Entity struct {
	Name    string
	ID      string // unique id: AROA…, AIPA…, ANPA…, AIDA…, AGPA…
	ARN     string
	Path    string
	Created time.Time
	Tags    []Tag
}

func (e *Entity) name() string { return e.Name }

func (e *Entity) path() string { return e.Path }

// Tag returns the value of a tag by its exact key.
func (e *Entity) Tag(key string) (string, bool) {
	for _, tag := range e.Tags {
		if tag.Key == key {
			return tag.Value, true
		}
	}
	return "", false
}

// Identity is what policies can be attached to: a role, a user or a group.
type Identity struct {
	Entity
	InlinePolicies      map[string]string // document by policy name, as text
	AttachedPolicies    []string          // ARNs, oldest attachment first
	PermissionsBoundary string            // ARN
}

func (i *Identity) clone() Identity {
	c := *i
	c.Tags = slices.Clone(i.Tags)
	c.InlinePolicies = maps.Clone(i.InlinePolicies)
	c.AttachedPolicies = slices.Clone(i.AttachedPolicies)
	return c
}

// Role is an IAM role.
type Role struct {
	Identity
	// TrustPolicy is set in what Sim.Role returns: the document as GetRole would show it.
	TrustPolicy        string
	Description        string
	MaxSessionDuration int // seconds

	trust trustPolicy
}

func (r *Role) clone() *Role {
	c := *r
	c.Identity = r.Identity.clone()
	return &c
}

// InstanceProfile holds at most one role.
type InstanceProfile struct {
	Entity
	Role string // name; empty without one
}

func (p *InstanceProfile) clone() *InstanceProfile {
	c := *p
	c.Tags = slices.Clone(p.Tags)
	return &c
}

// User is an IAM user.
type User struct {
	Identity
	Groups []string // names
}

func (u *User) clone() *User {
	c := *u
	c.Identity = u.Identity.clone()
	c.Groups = slices.Clone(u.Groups)
	return &c
}

// Group is an IAM group.
type Group struct{ Identity }

func (g *Group) clone() *Group { return &Group{Identity: g.Identity.clone()} }

// Policy is a managed policy, of a customer or of AWS.
type Policy struct {
	Entity
	Description string
	Versions    []PolicyVersion // oldest first
	DefaultID   string          // version id
	Updated     time.Time

	nextVersion int
}

// PolicyVersion is one document of a managed policy.
type PolicyVersion struct {
	ID       string
	Document string
	Created  time.Time
}

func (p *Policy) clone() *Policy {
	c := *p
	c.Tags = slices.Clone(p.Tags)
	c.Versions = slices.Clone(p.Versions)
	return &c
}

// Document is the text of the default version.
func (p *Policy) Document() string {
	version, _ := p.version(p.DefaultID)
	return version.Document
}

func (p *Policy) version(id string) (PolicyVersion, bool) {
	for _, version := range p.Versions {
		if version.ID == id {
			return version, true
		}
	}
	return PolicyVersion{}, false
}
