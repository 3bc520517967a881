// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"
	"strings"
)

// Violation is one thing that the guardrails of an account do not allow.
type Violation struct {
	// Field is where the object declares it.
	Field string
	// Rule is the guardrail that refuses it, as a field of the AWSAccount.
	Rule string
	// What says what is refused, and why.
	What string
	// Passes says what would pass.
	Passes string
	// Parts are the parts of the entity that it is in, by the names that operations have for what they change: such as
	// inline/<name>, attached/<arn>, trust, tags.
	Parts []string
	// Path says that several permissions make it together.
	Path bool
	// Raises says that it is content with which permissions can be raised: no hold keeps it.
	Raises bool
	// Everything says that the part may hold any permission, so that nothing more need be said of it.
	Everything bool
	// Untrusted says that the account's boundary cannot be relied on.
	Untrusted bool
	// Unmade says that what is declared is not made, so that the object is not as declared.
	Unmade bool
	// Restricts says that it is no permission that is too wide: an operation that brings it about is refused although it
	// widens nothing.
	Restricts bool
}

// String is the whole message.
func (v Violation) String() string {
	return v.Field + ": " + v.What + " (" + v.Rule + "); " + v.Passes
}

// In reports whether it is in a part of the entity.
func (v Violation) In(part string) bool { return slices.Contains(v.Parts, part) }

// Messages joins violations to one text.
func Messages(list []Violation) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = v.String()
	}
	return strings.Join(texts, "; ")
}

// The parts of an entity, by the names that operations have for what they change.
const (
	partTrust    = "trust"
	partTags     = "tags"
	partBoundary = "boundary"
	partDocument = "document"

	// No operation changes these.
	partType, partIgnore, partDeletion, partAttachTo = "type", "ignore", "deletionPolicy", "attachTo"
)
