// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import "time"

// Contender is an object that asks for a name in an AWS account, as far as deciding between several needs to know it.
type Contender struct {
	// Namespace and Name are the object's.
	Namespace, Name string
	// Created is when the object was created.
	Created time.Time
	// Right is by what right it asks.
	Right Right
	// Lost says that it was refused the name before: it never gets it by waiting.
	Lost bool
	// Leaving says that the object is being deleted.
	Leaving bool
}

// Contends reports whether the object can win at all.
func (c Contender) Contends() bool { return c.Right != RightNone && !c.Lost }

// Before reports whether c wins over d: by right, then by age, then by name so that the order is total. Whose an entity
// is that exists already decides before all of that, see the owner tag.
func (c Contender) Before(d Contender) bool {
	switch {
	case c.Right != d.Right:
		return c.Right > d.Right
	case !c.Created.Equal(d.Created):
		return c.Created.Before(d.Created)
	}
	return c.Namespace+"/"+c.Name < d.Namespace+"/"+d.Name
}

// Winner returns the one of the rivals that wins over the contender and before all others, or nil.
func (c Contender) Winner(rivals []Contender) *Contender {
	var first *Contender
	for i := range rivals {
		r := &rivals[i]
		if r.Contends() && r.Before(c) && (first == nil || r.Before(*first)) {
			first = r
		}
	}
	return first
}
