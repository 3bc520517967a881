// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Index holds the entities of one kind. Names are unique without regard to case, and found by their exact case alone.
type Index[T Named] map[string]T

// Get finds an entity by its exact name.
func (x Index[T]) Get(name string) (T, bool) {
	entity, ok := x[strings.ToLower(name)]
	if ok && entity.Base().Name != name {
		var none T
		return none, false
	}
	return entity, ok
}

// Taken reports whether a name exists in any case.
func (x Index[T]) Taken(name string) bool {
	_, ok := x[strings.ToLower(name)]
	return ok
}

// Put adds an entity, in place of one with its name.
func (x Index[T]) Put(entity T) { x[Key(entity)] = entity }

// Remove takes an entity away.
func (x Index[T]) Remove(name string) { delete(x, strings.ToLower(name)) }

// Sorted lists the entities by their keys.
func (x Index[T]) Sorted() []T {
	return slices.SortedFunc(maps.Values(x), func(a, b T) int { return cmp.Compare(Key(a), Key(b)) })
}

// Key is what an index sorts by.
func Key[T Named](entity T) string { return strings.ToLower(entity.Base().Name) }

// UnderPath keeps the entities whose path begins with a prefix; the empty prefix keeps all.
func UnderPath[T Named](entities []T, prefix string) []T {
	var kept []T
	for _, entity := range entities {
		if strings.HasPrefix(entity.Base().Path, prefix) {
			kept = append(kept, entity)
		}
	}
	return kept
}
