// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package meaning says what an operation of a plan means to the people who are to agree to it: what is permitted
// afterwards that was not, what is permitted no longer, and which statements change. It is pure.
package meaning

import (
	"fmt"
	"slices"
	"strings"
)

// Meaning is what one operation does.
type Meaning struct {
	// Gained and Lost complete "Gained: …" and "Lost: …". Both are empty where nothing that is permitted changes.
	Gained, Lost []string
	// Changes are the parts of the entity that become different.
	Changes []Change
}

// Change is one part of an entity that becomes different.
type Change struct {
	// Part names it, such as "trust policy" or "inline policy ecsiam".
	Part string `json:"part"`
	// Before and After are its values, empty where there is none; documents are JSON.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Document says that the values are policy documents.
	Document bool `json:"document,omitempty"`
	// Lines is the difference for people. Each begins with +, - or ~.
	Lines []string `json:"diff,omitempty"`
}

// Sentence says in words what is gained and lost.
func (m *Meaning) Sentence() string {
	var parts []string
	for _, side := range []struct {
		word string
		list []string
	}{{"Gained", m.Gained}, {"Lost", m.Lost}} {
		if len(side.list) > 0 {
			parts = append(parts, side.word+": "+enumerate(side.list)+".")
		}
	}
	if len(parts) == 0 {
		return "Nothing that is permitted changes."
	}
	return strings.Join(parts, " ")
}

// mostTold is how many things a sentence tells one by one.
const mostTold = 4

func enumerate(list []string) string {
	if len(list) <= mostTold {
		return strings.Join(list, "; ")
	}
	return strings.Join(list[:mostTold], "; ") + fmt.Sprintf("; and %d more", len(list)-mostTold)
}

func (m *Meaning) gain(format string, args ...any) {
	m.Gained = append(m.Gained, fmt.Sprintf(format, args...))
}

func (m *Meaning) lose(format string, args ...any) {
	m.Lost = append(m.Lost, fmt.Sprintf(format, args...))
}

// value adds a part that is one text.
func (m *Meaning) value(part, before, after string) {
	if before == after {
		return
	}
	change := Change{Part: part, Before: before, After: after}
	if before != "" {
		change.Lines = append(change.Lines, "- "+before)
	}
	if after != "" {
		change.Lines = append(change.Lines, "+ "+after)
	}
	m.Changes = append(m.Changes, change)
}

// names adds a part that is a set of names, and returns those that come and go.
func (m *Meaning) names(part string, before, after []string) (come, gone []string) {
	come, gone = without(after, before), without(before, after)
	if len(come)+len(gone) == 0 {
		return nil, nil
	}
	change := Change{Part: part}
	for _, name := range gone {
		change.Lines = append(change.Lines, "- "+name)
	}
	for _, name := range come {
		change.Lines = append(change.Lines, "+ "+name)
	}
	m.Changes = append(m.Changes, change)
	return come, gone
}

func without(list, other []string) []string {
	var rest []string
	for _, name := range slices.Sorted(slices.Values(list)) {
		if !slices.Contains(other, name) {
			rest = append(rest, name)
		}
	}
	return rest
}
