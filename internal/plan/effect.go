// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// effectOfDocuments compares two documents, empty for none. What cannot be read may do anything: it widens, and
// narrows as well, unless it is the first.
func effectOfDocuments(old, new string) Effect {
	before, after := parse(old), parse(new)
	if before == nil && old != "" || after == nil && new != "" {
		if old == "" {
			return Widens
		}
		return Widens | Narrows
	}
	effect := Neutral
	change := policy.Compare(before, after)
	if change.Widens() {
		effect |= Widens
	}
	if change.Narrows() {
		effect |= Narrows
	}
	return effect
}

// effectOfTags takes every tag but the controller's own for one that policies grant on (ABAC).
func effectOfTags(keys []string) Effect {
	own := func(key string) bool { return strings.HasPrefix(strings.ToLower(key), v1alpha1.TagPrefix) }
	if slices.ContainsFunc(keys, func(key string) bool { return !own(key) }) {
		return Widens
	}
	return Neutral
}

// marksOwner tells whether tags to set are the owner tag alone.
func marksOwner(set map[string]string) bool { return len(set) == 1 && set[v1alpha1.TagOwner] != "" }

// unmarksReleased tells whether tags to remove are the mark of a released entity alone.
func unmarksReleased(removed []string) bool {
	return !slices.ContainsFunc(removed, func(k string) bool { return !strings.EqualFold(k, v1alpha1.TagReleased) })
}
