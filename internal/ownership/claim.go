// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package ownership

import "slices"

// Claim says for whom an entity is wanted, and what the object and the account consent to. It is embedded in what is
// wanted.
type Claim struct {
	// Owner is the value of the owner tag: "<cluster id>/<namespace>/<name>".
	Owner string
	// FormerOwners are values of the owner tag that count as ours and are rewritten to Owner.
	FormerOwners []string
	// Adoption is what the spec consents to.
	Adoption Adoption
	// AdoptionAllowed says that the account consents as well.
	AdoptionAllowed bool
	// Protection is what nothing is written to.
	Protection
}

// Adoption says whether an existing entity may be taken over.
type Adoption int

// The values of Adoption.
const (
	// AdoptNever refuses.
	AdoptNever Adoption = iota
	// AdoptIfEqual takes over an entity that differs in nothing but the controller's own tags.
	AdoptIfEqual
	// AdoptAny takes over an entity and makes it equal.
	AdoptAny
)

// names tells whether the value of a tag names the object that claims, under its current or a former cluster id.
func (c Claim) names(value string) bool {
	return value != "" && (value == c.Owner || slices.Contains(c.FormerOwners, value))
}
