// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
)

// sorted lists items so that each comes after what it waits for, and otherwise by place and in the given order.
func sorted(items []*item) []*item {
	left := slices.Clone(items)
	slices.SortStableFunc(left, func(a, b *item) int { return int(a.place) - int(b.place) })
	done := make(map[*item]bool, len(items))
	list := make([]*item, 0, len(items))
	for len(left) > 0 {
		next := max(0, slices.IndexFunc(left, func(it *item) bool {
			return !slices.ContainsFunc(it.needs, func(n *item) bool { return !done[n] })
		}))
		done[left[next]] = true
		list = append(list, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return list
}

// order makes the steps of a plan.
func order(items []*item) []Step {
	list := sorted(items)
	index := make(map[*item]int, len(list))
	steps := make([]Step, 0, len(list))
	for i, it := range list {
		index[it] = i
		var needs []int
		for _, n := range it.needs {
			needs = append(needs, index[n])
		}
		slices.Sort(needs)
		steps = append(steps, Step{Op: it.op, Needs: needs, Note: it.note, Takes: it.takes})
	}
	return steps
}

// merge joins an item with the next one of the same inline policy into one call, where that makes neither wait for more
// than it did. Only narrowing that goes first may be waited for in addition.
func merge(items []*item) []*item {
	for i := 0; i < len(items); i++ {
		first := items[i]
		next := slices.IndexFunc(items, func(it *item) bool {
			return it.previous == first
		})
		if next >= 0 && mergeable(first, items[next], items) {
			second := items[next]
			items = withoutEmpty(second, joined(first, second, items))
			i = -1
		}
	}
	return items
}

func mergeable(first, next *item, items []*item) bool {
	more := slices.ContainsFunc(next.needs, func(n *item) bool {
		return n != first && !first.waitsFor(n) && (n.place != restrict || n.stageOf != nil)
	})
	between := slices.ContainsFunc(items, func(it *item) bool {
		return it != first && it != next && it.waitsFor(first) && next.waitsFor(it)
	})
	return !more && !between
}

// joined replaces two items by the second, which then stands where the first did.
func joined(first, next *item, items []*item) []*item {
	next.needs = slices.DeleteFunc(next.needs, func(n *item) bool { return n == first })
	next.previous = first.previous
	next.after(first.needs)
	next.place = joinedPlace(first.place, next.place)
	next.takes = first.takes || next.takes
	if next.note == "" && !next.document.Same(next.stageOf.new) {
		next.note = first.note
	}
	for _, it := range items {
		if i := slices.Index(it.needs, first); i >= 0 {
			it.needs = slices.Delete(it.needs, i, i+1)
			if it != next {
				it.after([]*item{next})
			}
		}
	}
	at := slices.Index(items, first)
	items[at] = next
	last := len(items) - 1 - slices.Index(reversed(items), next)
	return slices.Delete(items, last, last+1)
}

// withoutEmpty leaves out an item after whose call the policy would say what it said before: what the two calls did for
// a while is no longer done. Who waited for it waits for what it waited for.
func withoutEmpty(it *item, items []*item) []*item {
	before := it.stageOf.old
	if it.previous != nil {
		before = it.previous.document
	}
	if !it.document.Same(before) {
		return items
	}
	for _, other := range items {
		if other.previous == it {
			other.previous = it.previous
		}
		if i := slices.Index(other.needs, it); i >= 0 {
			other.needs = slices.Delete(other.needs, i, i+1)
			other.after(it.needs)
		}
	}
	return slices.DeleteFunc(items, func(other *item) bool { return other == it })
}

func reversed(items []*item) []*item {
	list := slices.Clone(items)
	slices.Reverse(list)
	return list
}

// joinedPlace lists what adds where additions are, whatever else the call does.
func joinedPlace(first, next place) place {
	if first == give || next == give {
		return give
	}
	return min(first, next)
}
