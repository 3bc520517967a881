// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"strings"
)

// Unresolved is one reference to an object that cannot be referred to yet.
type Unresolved struct {
	// Field is the path of the reference.
	Field string
	// Kind and Name are the object's; it is in the namespace of the one that refers to it.
	Kind, Name string
	// Why says what is the matter.
	Why string
}

// UnresolvedError says that the spec is valid and refers to objects that are not there or not ready.
type UnresolvedError struct {
	References []Unresolved
}

// Error names every reference.
func (e *UnresolvedError) Error() string {
	texts := make([]string, len(e.References))
	for i, ref := range e.References {
		texts[i] = fmt.Sprintf("%s: %s %s %s", ref.Field, ref.Kind, ref.Name, ref.Why)
	}
	return strings.Join(texts, "; ")
}

const notThere = "does not exist in this namespace: create it, or correct the name"
