// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "slices"

// class is the place of an operation in the order. docs/decisions/0003-order-of-operations.md has the reasoning.
type class int

// The classes, in the order in which they are executed.
const (
	// unchanged is the class of a change that is none.
	unchanged class = iota - 1
	// claim creates an entity or sets the owner tag of an adopted one; everything else waits for it.
	claim
	// restrict only takes permission away at once: a boundary where none was, a narrower trust, more denials.
	restrict
	// neutral changes nothing about what anybody may do. Nothing waits for it.
	neutral
	// makeRoom is a revoke that a quota forces before the one grant that takes its place.
	makeRoom
	// revokeFirst is a revoke that an exchange, an adoption or a limit forces before all grants.
	revokeFirst
	// exchange replaces a boundary or a trust policy by one that is neither wider nor narrower.
	exchange
	// guard is a grant that brings denials with it, which must be there before the other grants.
	guard
	// grant adds permission.
	grant
	// swap replaces an inline policy by one that allows more and less in one call.
	swap
	// revoke takes permission away when what replaces it is there.
	revoke
	// revokeLast is a revoke that also lifts denials: it detaches a policy that allows and denies.
	revokeLast
	// widen lifts what held permission down: a boundary, a trust policy, a denial.
	widen
)

// waitsFor lists the classes that must have succeeded before an operation of the given class, besides claim, which all
// wait for.
//
// A grant waits for one makeRoom at most, see item.room. A widening does not wait for grants that only add: a role that
// has less than it should is no new state.
var waitsFor = map[class][]class{
	exchange:   {restrict, revokeFirst},
	guard:      {restrict},
	grant:      {restrict, revokeFirst, exchange, guard},
	swap:       {restrict, guard},
	revoke:     {guard, grant, swap},
	revokeLast: {restrict, makeRoom, revokeFirst, guard, grant, swap, revoke},
	widen:      {restrict, makeRoom, revokeFirst, exchange, guard, swap, revoke, revokeLast},
}

// item is an operation on its way into the order.
type item struct {
	op    Operation
	class class
	note  string
	// room pairs a makeRoom with the grant that takes its place; 0 is none.
	room int
}

// waits tells whether an item needs an earlier one.
func (it item) waits(earlier item) bool {
	switch {
	case earlier.class == claim:
		return it.class != claim
	case earlier.class == makeRoom && it.class == grant:
		return it.room == earlier.room
	}
	return slices.Contains(waitsFor[it.class], earlier.class)
}

// byClass sorts items into the order, keeping the given order within a class.
func byClass(items []item) []item {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b item) int { return int(a.class) - int(b.class) })
	return sorted
}

// order sorts the items and derives what each waits for.
func order(items []item) []Step {
	sorted := byClass(items)
	steps := make([]Step, 0, len(sorted))
	for i, it := range sorted {
		var needs []int
		for j, earlier := range sorted[:i] {
			if it.waits(earlier) {
				needs = append(needs, j)
			}
		}
		steps = append(steps, Step{Op: it.op, Needs: needs, Note: it.note})
	}
	return steps
}
