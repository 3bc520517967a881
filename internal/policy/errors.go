// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
)

// Reason classes what is wrong with the text of a document.
type Reason string

// The reasons of parse errors.
const (
	ReasonSyntax    Reason = "Syntax"         // not JSON, or nested or long beyond reason
	ReasonDuplicate Reason = "DuplicateKey"   // a key that appears twice in one object
	ReasonUnknown   Reason = "UnknownElement" // an element that the grammar does not have
	ReasonType      Reason = "WrongType"      // a value of another JSON type than the grammar's
	ReasonMissing   Reason = "MissingElement" // a required element that is absent or empty
	ReasonValue     Reason = "InvalidValue"   // a string outside an enumeration, such as an effect in lower case
)

// ParseError is one problem in the text of a document.
type ParseError struct {
	// Path names the element, e.g. "Statement[2].Condition.StringEquals"; empty for the document. Indexes count from 0.
	Path string
	// Line and Column of the offending text, both counted from 1, columns in characters.
	Line, Column int
	Reason       Reason
	Message      string
}

// Error gives place, path and message on one line.
func (e *ParseError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("line %d, column %d: %s: %s", e.Line, e.Column, e.Path, e.Message)
}

// ParseErrors is every problem found in one document, in the order of the text. [Parse] returns this type;
// errors.As finds the first *ParseError in it.
type ParseErrors []*ParseError

// Error joins the problems with semicolons.
func (e ParseErrors) Error() string {
	texts := make([]string, len(e))
	for i, problem := range e {
		texts[i] = problem.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives errors.Is and errors.As each problem.
func (e ParseErrors) Unwrap() []error {
	list := make([]error, len(e))
	for i, problem := range e {
		list[i] = problem
	}
	return list
}
