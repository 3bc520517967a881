// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// kept is what an old document keeps for a new one, empty for nothing. ok is false where it keeps all, or where what is
// left would permit more.
func kept(old, new string) (text string, ok bool) {
	before, after := policy.NewContent(old), policy.NewContent(new)
	if before.Absent() || after.Unreadable() {
		return "", false
	}
	if before.Unreadable() {
		return "", true
	}
	shared, _ := share(allowsOf(before), allowsOf(after))
	version := before.Document().Version
	if after.Document() != nil {
		version = after.Document().Version
	}
	doc, unsaid := compose(version, slices.Concat(shared, distinct(deniesOf(before, after))))
	if len(unsaid) > 0 || doc.Same(before) || effect(before, doc).Widens() {
		return "", false
	}
	return doc.Text(), true
}
