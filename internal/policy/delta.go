// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// DeltaKind says what happened to a statement.
type DeltaKind string

// The kinds of statement differences.
const (
	StatementAdded   DeltaKind = "added"
	StatementRemoved DeltaKind = "removed"
	StatementChanged DeltaKind = "changed"
)

// Delta is the difference between two documents. It has no timestamps, maps or pointers into caches: the same
// documents give the same text.
type Delta struct {
	OldVersion, NewVersion string // set only when the versions differ in meaning
	Statements             []StatementDelta
}

// StatementDelta is the difference of one statement.
type StatementDelta struct {
	Kind    DeltaKind
	Name    string        // the Sid, or "2" for the second statement of its document
	Old     *Statement    // nil when added
	New     *Statement    // nil when removed
	Changes []FieldChange // of a changed statement
}

// FieldChange is what was added to and removed from one element of a statement.
type FieldChange struct {
	Field   string // e.g. "action", "principal Service", "condition StringEquals aws:SourceArn"
	Added   []string
	Removed []string
}

// Empty reports whether there is no difference.
func (d Delta) Empty() bool { return d.OldVersion == d.NewVersion && len(d.Statements) == 0 }
