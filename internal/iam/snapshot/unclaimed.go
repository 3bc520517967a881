// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"slices"
	"time"
)

// unclaimed are the managed policies of an account that no object asks for, by keyOf. One of them that carries our
// owner tag has lost its object, and no bulk reading shows tags: those of each policy are read once, and again in turn
// those of the policies that turned out to be ours.
type unclaimed map[string]*candidate

// candidate is a policy that may have lost its object.
type candidate struct {
	// id is the unique id: a policy that was made again has other tags.
	id, name, arn string
	chance        chance
	// owner is the owner tag where it is one of ours, else empty.
	owner string
	// read is when the tags were last asked for, zero where they were not; untold says that AWS did not tell them.
	read   time.Time
	untold bool
}

// chance is how likely a policy is ours of which that is not known.
type chance int

// The chances, in the order in which the policies are read.
const (
	// wasOurs is that of a policy for which an object asked at the snapshot before.
	wasOurs chance = iota
	// namedAsOurs is that of one whose name an object may have by default.
	namedAsOurs
	anyone
)

// renewed are the policies that a snapshot showed, with what is known of those that were there before.
func (u unclaimed) renewed(shown []candidate, chance func(candidate) chance) unclaimed {
	all := make(unclaimed, len(shown))
	for i := range shown {
		key, c := keyOf(shown[i].name), &shown[i]
		if known := u[key]; known != nil && known.id == c.id {
			c.owner, c.read, c.untold, c.chance = known.owner, known.read, known.untold, known.chance
		} else {
			c.chance = chance(*c)
		}
		all[key] = c
	}
	return all
}

// open reports whether a further snapshot may tell more: whose a policy is, or whether it is still ours.
func (u unclaimed) open() bool {
	for _, c := range u {
		if c.read.IsZero() || c.owner != "" {
			return true
		}
	}
	return false
}

// next are the policies whose tags are to be read: first those of which nothing is known, the likely ones before; then
// those that are ours or could not be read, the longest ago first.
func (u unclaimed) next() []*candidate {
	var found []*candidate
	for _, c := range u {
		if c.read.IsZero() || c.owner != "" || c.untold {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *candidate) int {
		return cmp.Or(a.read.Compare(b.read), cmp.Compare(a.chance, b.chance), cmp.Compare(a.id, b.id))
	})
	return found
}
