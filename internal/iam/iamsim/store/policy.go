// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy is a managed policy, of a customer or of AWS.
type Policy struct {
	Entity
	Description string
	Versions    []PolicyVersion // oldest first
	DefaultID   string          // version id
	Updated     time.Time
	// Next is the number of the next version; ids are never used twice.
	Next int
}

// PolicyVersion is one document of a managed policy.
type PolicyVersion struct {
	ID       string
	Document string
	Created  time.Time
}

// Clone copies the policy with its versions.
func (p *Policy) Clone() *Policy {
	c := *p
	c.Tags = slices.Clone(p.Tags)
	c.Versions = slices.Clone(p.Versions)
	return &c
}

// Document is the text of the default version.
func (p *Policy) Document() string {
	version, _ := p.Version(p.DefaultID)
	return version.Document
}

// Version finds a version by its id.
func (p *Policy) Version(id string) (PolicyVersion, bool) {
	for _, version := range p.Versions {
		if version.ID == id {
			return version, true
		}
	}
	return PolicyVersion{}, false
}

// AddVersion appends a version.
func (p *Policy) AddVersion(doc string, now time.Time) PolicyVersion {
	p.Next = max(p.Next, 1)
	version := PolicyVersion{ID: "v" + strconv.Itoa(p.Next), Document: doc, Created: now}
	p.Next++
	p.Versions = append(p.Versions, version)
	p.Updated = now
	return version
}

// ServiceLinkedOnly reports whether AWS attaches the policy to service-linked roles alone.
func (p *Policy) ServiceLinkedOnly() bool { return strings.HasPrefix(p.Path, "/aws-service-role/") }

// OwnedByAWS reports whether the policy is managed by AWS and closed to changes.
func (p *Policy) OwnedByAWS() bool { return strings.Contains(p.ARN, ":iam::aws:policy/") }
