// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"slices"
	"strings"
)

// Entry is an item of an answer that has several lists but one marker: ListEntitiesForPolicy and
// GetAccountAuthorizationDetails.
type Entry struct {
	List    string // the element that the item belongs to
	Key     string // orders the items across all lists
	Content func() []Node
}

// PagedLists cuts one page over all entries and sorts what is in it into the lists, each of which is always present.
func PagedLists(p Params, entries []Entry, lists ...string) ([]Node, error) {
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	entries, tail, err := Page(p, entries, func(e Entry) string { return e.Key })
	if err != nil {
		return nil, err
	}
	result := make([]Node, 0, len(lists)+len(tail))
	for _, name := range lists {
		var members []Node
		for _, entry := range entries {
			if entry.List == name {
				members = append(members, Element("member", entry.Content()...))
			}
		}
		result = append(result, Element(name, members...))
	}
	return append(result, tail...), nil
}
