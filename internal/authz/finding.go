// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"cmp"
	"fmt"
	"slices"
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

// checker collects the findings of one document.
type checker struct {
	doc        *policy.Document
	kind       policy.Kind
	statements []statement
	matches    map[string][]*Action
	findings   []Finding
}

// statement is a statement with the known actions of its patterns.
type statement struct {
	*policy.Statement
	index int
	// actions are those that Action allows or denies, one list for each pattern.
	actions [][]*Action
	// opaque says that a pattern may match what is not known: all services, or one that the data does not have.
	opaque bool
}

// maxCompared bounds the statements that are compared with each other.
const maxCompared = 200

// Check looks for what IAM saves without a word and what then works otherwise than a reader thinks. Requirements are
// judged over all statements of the document. What IAM itself refuses is not looked for; see [CheckText].
func Check(doc *policy.Document, kind policy.Kind) []Finding {
	if doc == nil {
		return nil
	}
	c := &checker{doc: doc, kind: kind, matches: map[string][]*Action{}}
	for i := range doc.Statements {
		c.statements = append(c.statements, c.expand(i))
	}
	for i := range c.statements {
		st := &c.statements[i]
		c.knownActions(st)
		c.conditionKeys(st)
		c.arnOperators(st)
		if kind != policy.TrustPolicy {
			c.resources(st)
			c.coverage(st)
			c.passRole(st)
			c.administration(st)
		}
	}
	c.redundancy()
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.Element, b.Element), cmp.Compare(a.Index, b.Index))
	})
	return c.findings
}

// expand finds the actions of a statement; patterns over all services stay unexpanded.
func (c *checker) expand(i int) statement {
	st := statement{Statement: &c.doc.Statements[i], index: i}
	for _, pattern := range st.Actions {
		actions, known := c.actionsOf(pattern)
		st.actions = append(st.actions, actions)
		st.opaque = st.opaque || !known || len(actions) == 0
	}
	st.opaque = st.opaque || len(st.Actions) == 0
	return st
}

// actionsOf returns the actions of a pattern of one known service; known is false for any other pattern.
func (c *checker) actionsOf(pattern string) (actions []*Action, known bool) {
	if FindService(prefixOf(pattern)) == nil {
		return nil, false
	}
	actions, seen := c.matches[pattern]
	if !seen {
		actions = Actions(pattern)
		c.matches[pattern] = actions
	}
	return actions, true
}

// at adds a finding at a value of a list, which has no index when it is the only one.
func (c *checker) at(st *statement, element string, i int, list []string, f Finding) {
	f.Statement, f.Element, f.Index = st.index, element, i
	if len(list) == 1 {
		f.Index = -1
	}
	if f.Severity == "" {
		f.Severity = Warning
	}
	c.findings = append(c.findings, f)
}

func (st *statement) allows() bool { return st.Effect == policy.Allow }
