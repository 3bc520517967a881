// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "slices"

// class is the place of an operation in the order. docs/decisions/0003-order-of-operations.md has the reasoning.
type class int

// The classes, in the order in which they are executed.
const (
	// claim sets the owner tag of an adopted entity; everything else waits for it.
	claim class = iota
	// neutral changes nothing about what anybody may do. Nothing waits for it.
	neutral
	// restrict only takes permission away at once: a boundary where none was, a narrower trust, more denials.
	restrict
	// revokeFirst is a revoke that a quota, an exchange or an adoption forces before the grants.
	revokeFirst
	// exchange replaces a boundary or a trust policy by one that is neither wider nor narrower.
	exchange
	// guard is a grant that brings denials with it, which must be there before the other grants.
	guard
	// grant adds permission.
	grant
	// revoke takes permission away when what replaces it is there.
	revoke
	// widen lifts what held permission down: a boundary, a trust policy, a denial.
	widen
)

// waitsFor lists the classes that must have succeeded before one of the given class.
//
//	claim        -
//	neutral      claim
//	restrict     claim
//	revokeFirst  claim
//	exchange     claim restrict revokeFirst
//	guard        claim restrict revokeFirst exchange
//	grant        claim restrict revokeFirst exchange guard
//	revoke       claim                      guard grant
//	widen        claim restrict revokeFirst exchange guard revoke
//
// A widening does not wait for plain grants: a role with less than declared is no new state.
var waitsFor = map[class][]class{
	neutral:     {claim},
	restrict:    {claim},
	revokeFirst: {claim},
	exchange:    {claim, restrict, revokeFirst},
	guard:       {claim, restrict, revokeFirst, exchange},
	grant:       {claim, restrict, revokeFirst, exchange, guard},
	revoke:      {claim, guard, grant},
	widen:       {claim, restrict, revokeFirst, exchange, guard, revoke},
}

// item is an operation on its way into the order.
type item struct {
	op    Operation
	class class
	note  string
}

// order sorts the items by class, keeping the given order within a class, and derives what each waits for.
func order(items []item) []Step {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b item) int { return int(a.class) - int(b.class) })
	steps := make([]Step, 0, len(sorted))
	for i, it := range sorted {
		var needs []int
		for j, earlier := range sorted[:i] {
			if slices.Contains(waitsFor[it.class], earlier.class) {
				needs = append(needs, j)
			}
		}
		steps = append(steps, Step{Op: it.op, Needs: needs, Note: it.note})
	}
	return steps
}
