// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// Change says in which directions a document changes what is permitted.
type Change struct {
	AddsAllow    bool
	RemovesAllow bool
	AddsDeny     bool
	RemovesDeny  bool
}

// Compare classifies the change from old to new. A nil document has no statements.
func Compare(old, new *Document) Change { return Change{} }

// Widens reports whether a request may be permitted that was not.
func (c Change) Widens() bool { return c.AddsAllow || c.RemovesDeny }

// Narrows reports whether a request may be refused that was permitted.
func (c Change) Narrows() bool { return c.RemovesAllow || c.AddsDeny }
