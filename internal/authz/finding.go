// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Severity says what a finding is for whoever reviews a change.
type Severity string

// The severities. What is certain to be wrong is an error; a warning may be meant so, or may rest on aged data.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is what a check says of one place in a document.
type Finding struct {
	Code     v1alpha1.WarningCode
	Severity Severity
	// Statement, Element and Index are the place, as in [policy.Problem].
	Statement int
	Element   string
	Index     int
	// Reason says what is wrong, Correction what to write instead, where there is one thing to write.
	Reason, Correction string
}

// Problem is the place of the finding in the form of package policy, with its text.
func (f *Finding) Problem() policy.Problem {
	return policy.Problem{
		Path: f.path(), Statement: f.Statement, Element: f.Element, Index: f.Index, Message: f.Message(),
	}
}

// path is the place as [policy.Problem] writes it.
func (f *Finding) path() string {
	path := f.Element
	if f.Statement >= 0 {
		path = strings.TrimSuffix(fmt.Sprintf("Statement[%d].%s", f.Statement, f.Element), ".")
	}
	if f.Index >= 0 {
		path += fmt.Sprintf("[%d]", f.Index)
	}
	return path
}

// Message is reason and correction in one line.
func (f *Finding) Message() string {
	if f.Correction == "" {
		return f.Reason
	}
	return f.Reason + ": " + f.Correction
}
