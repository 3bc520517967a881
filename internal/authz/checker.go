// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

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

// The elements of a statement, as package policy names them.
const (
	elementAction      = "Action"
	elementNotAction   = "NotAction"
	elementResource    = "Resource"
	elementNotResource = "NotResource"
)

// actionIndex is where a statement names an action, by exact name where it does; -1 if it does not.
func (st *statement) actionIndex(name string) int {
	found := -1
	for i, pattern := range st.Actions {
		if strings.EqualFold(pattern, name) {
			return i
		}
		if found < 0 && glob.MatchesFold(pattern, name) {
			found = i
		}
	}
	return found
}
