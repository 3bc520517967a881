// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// place is where an item is listed among those that do not wait for each other. What an item waits for is said by its
// needs alone.
type place int

// The places, in the order of the list.
const (
	claim    place = iota // create an entity, or mark it as ours
	restrict              // take permission away at once: a boundary, less trust, denials
	neutral               // change nothing about what is permitted
	room                  // take what a limit asks to go first
	give                  // add what may be added while the old is there
	take                  // take away what is not wanted
	exchange              // replace a boundary or a trust policy
	complete              // add what must wait for the exchange
	lift                  // lift what held permission down: a denial, a boundary, less trust
)

// item is an operation on its way into the order.
type item struct {
	op    Operation
	place place
	note  string
	needs []*item
	// takes says that the item takes away what is permitted in favour of what comes, so that it is pointless before a
	// call that is known to fail.
	takes bool
	// document is what an inline policy holds after the item; stageOf is the policy, nil for other items. previous is
	// the item before it of the same policy, if there is one.
	document *policy.Content
	stageOf  *inlinePolicy
	previous *item
}

// after makes the item wait for all items of the lists.
func (it *item) after(lists ...[]*item) {
	for _, list := range lists {
		for _, other := range list {
			if other != it && !slices.Contains(it.needs, other) {
				it.needs = append(it.needs, other)
			}
		}
	}
}

// allAfter makes each item of a list wait for all items of the others.
func allAfter(list []*item, others ...[]*item) {
	for _, it := range list {
		it.after(others...)
	}
}

// waitsFor tells whether the item waits for another one, directly or through others.
func (it *item) waitsFor(other *item) bool {
	return slices.ContainsFunc(it.needs, func(n *item) bool { return n == other || n.waitsFor(other) })
}

// notes say in the plan why an order is unusual.
const (
	noteCautious     = "first, so that nobody holds old and new permissions together"
	noteAttachments  = "first, because the role is at its quota of managed policies"
	noteInline       = "first, because old and new inline policies together exceed IAM's limit"
	noteOneStep      = "in one step, because old and new inline policies together exceed IAM's limit"
	noteBoundary     = "while the boundary changes"
	noteNobody       = "trusting nobody while the boundary changes, because no one policy can say what both trust"
	noteNobodyFits   = "trusting nobody while the boundary changes, because what both trust exceeds the quota"
	noteDenialsFirst = "the denials before the rest"
	noteDenials      = "with the denials of old and new until the rest is done"
	noteTags         = "first, because the tags are at IAM's limit"
)

// inlinePolicy is one inline policy that must change.
type inlinePolicy struct {
	name     string
	old, new *policy.Content
}

// opaque says that one of the documents cannot be read.
func (p *inlinePolicy) opaque() bool { return p.old.Unreadable() || p.new.Unreadable() }

func (p *inlinePolicy) version() string {
	for _, c := range []*policy.Content{p.new, p.old} {
		if doc := c.Document(); doc != nil {
			return doc.Version
		}
	}
	return policy.Version2012
}
