// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// effectOfDocuments compares the texts of two documents, empty for none.
func effectOfDocuments(old, new string) Effect {
	return effect(policy.NewContent(old), policy.NewContent(new))
}

// effectOfLoss is the effect of losing a managed policy, whose document is empty where it is not known.
func effectOfLoss(document string) Effect {
	if document == "" {
		return Widens | Narrows
	}
	return effectOfDocuments(document, "")
}

// effect compares two documents. What cannot be read may do anything: it widens, and narrows as well, unless it is the
// first.
func effect(old, new *policy.Content) Effect {
	switch {
	case new.Unreadable() && old.Absent():
		return Widens
	case old.Unreadable() || new.Unreadable():
		return Widens | Narrows
	}
	effect := Neutral
	change := policy.Compare(old.Document(), new.Document())
	if change.Widens() {
		effect |= Widens
	}
	if change.Narrows() {
		effect |= Narrows
	}
	return effect
}

// effectOfTags takes every tag for one that policies grant on (ABAC), but for the controller's own and those that the
// account sets on all that is made in it.
func effectOfTags(keys, account []string) Effect {
	harmless := func(key string) bool {
		return strings.HasPrefix(strings.ToLower(key), v1alpha1.TagPrefix) || slices.Contains(account, key)
	}
	if slices.ContainsFunc(keys, func(key string) bool { return !harmless(key) }) {
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
