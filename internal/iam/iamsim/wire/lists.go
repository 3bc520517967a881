// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"
)

// listEntry is an item of an answer that has several lists but one marker: ListEntitiesForPolicy and
// GetAccountAuthorizationDetails.
type listEntry struct {
	list    string // the element that the item belongs to
	key     string // orders the items across all lists
	content func() []node
}

// pagedEntries cuts one page over all entries and sorts what is in it into the lists, each of which is always present.
func pagedEntries(p params, entries []listEntry, lists ...string) ([]node, error) {
	slices.SortFunc(entries, func(a, b listEntry) int { return strings.Compare(a.key, b.key) })
	entries, tail, err := page(p, entries, func(e listEntry) string { return e.key })
	if err != nil {
		return nil, err
	}
	result := make([]node, 0, len(lists)+len(tail))
	for _, name := range lists {
		var members []node
		for _, entry := range entries {
			if entry.list == name {
				members = append(members, element("member", entry.content()...))
			}
		}
		result = append(result, element(name, members...))
	}
	return append(result, tail...), nil
}
