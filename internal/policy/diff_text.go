// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
)

// field is one element of two statements as sorted lists.
type field struct {
	name     string
	old, new []string
	compare  func(a, b string) int
	matches  bool // whether shared values make statements alike
}

// statementFields lists the elements of two normalized statements in the order of the grammar.
func statementFields(a, b *flatStatement) []field {
	exact := strings.Compare
	fields := []field{{"effect", []string{string(a.Effect)}, []string{string(b.Effect)}, exact, false}}
	fields = append(fields, principalFields("principal", a.Principal, b.Principal)...)
	fields = append(fields, principalFields("notPrincipal", a.NotPrincipal, b.NotPrincipal)...)
	fields = append(fields,
		field{"action", a.Actions, b.Actions, compareFold, true},
		field{"notAction", a.NotActions, b.NotActions, compareFold, true},
		field{"resource", a.Resources, b.Resources, exact, true},
		field{"notResource", a.NotResources, b.NotResources, exact, true},
	)
	return append(fields, conditionFields(a.conditions, b.conditions)...)
}

// noValues stands for an element that is present but lists nothing, so that its coming and going is visible.
var noValues = []string{"(no values)"}

func principalFields(name string, a, b *Principal) []field {
	var fields []field
	for _, kind := range principalTypes {
		f := field{name: name + " " + kind, compare: strings.Compare, matches: true}
		if a != nil {
			f.old = *a.list(kind)
		}
		if b != nil {
			f.new = *b.list(kind)
		}
		fields = append(fields, f)
	}
	if (a == nil) != (b == nil) && len(a.terms())+len(b.terms()) == 0 {
		f := field{name: name, compare: strings.Compare}
		if a != nil {
			f.old = noValues
		} else {
			f.new = noValues
		}
		fields = append(fields, f)
	}
	return fields
}

// conditionFields merges two sorted condition lists.
func conditionFields(a, b []condition) []field {
	var fields []field
	for len(a)+len(b) > 0 {
		var order int
		switch {
		case len(b) == 0:
			order = -1
		case len(a) == 0:
			order = 1
		default:
			order = compareConditions(condition{a[0].operator, a[0].key, nil}, condition{b[0].operator, b[0].key, nil})
		}
		f := field{compare: strings.Compare}
		if order <= 0 {
			f.name, f.old, a = a[0].name(), a[0].shown(), a[1:]
		}
		if order >= 0 {
			f.name, f.new, b = b[0].name(), b[0].shown(), b[1:]
		}
		fields = append(fields, f)
	}
	return fields
}

func (c condition) name() string { return "condition " + c.operator + " " + c.key }

func (c condition) shown() []string {
	if len(c.values) == 0 {
		return noValues
	}
	return c.values
}

// fieldChanges lists what differs between two statements.
func fieldChanges(old, new *flatStatement) []FieldChange {
	var changes []FieldChange
	for _, f := range statementFields(old, new) {
		change := FieldChange{
			Field:   f.name,
			Added:   without(f.new, f.old, f.compare),
			Removed: without(f.old, f.new, f.compare),
		}
		if len(change.Added)+len(change.Removed) > 0 {
			changes = append(changes, change)
		}
	}
	return changes
}

// without lists the values of a sorted list that another sorted list lacks.
func without(list, other []string, compare func(a, b string) int) []string {
	var result []string
	for _, value := range list {
		if _, found := slices.BinarySearchFunc(other, value, compare); !found {
			result = append(result, value)
		}
	}
	return result
}

// shared counts the values that two sorted lists have in common.
func shared(a, b []string, compare func(a, b string) int) int {
	count := 0
	for _, value := range a {
		if _, found := slices.BinarySearchFunc(b, value, compare); found {
			count++
		}
	}
	return count
}

// Lines gives the difference for people, one change a line, such as
// "statement ReadConfig: action s3:PutObject added".
func (d Delta) Lines() []string {
	var lines []string
	if d.OldVersion != d.NewVersion {
		lines = append(lines, fmt.Sprintf("version changed from %s to %s", d.OldVersion, d.NewVersion))
	}
	for _, st := range d.Statements {
		lines = append(lines, st.lines()...)
	}
	return lines
}

// String joins the lines with semicolons. It is empty when there is no difference.
func (d Delta) String() string { return strings.Join(d.Lines(), "; ") }

func (st StatementDelta) lines() []string {
	name := "statement " + st.Name
	switch st.Kind {
	case StatementAdded:
		return []string{name + " added: " + st.New.summary()}
	case StatementRemoved:
		return []string{name + " removed: " + st.Old.summary()}
	case StatementChanged: // told field by field
	}
	var lines []string
	for _, change := range st.Changes {
		for _, text := range change.lines() {
			lines = append(lines, name+": "+text)
		}
	}
	return lines
}

func (c FieldChange) lines() []string {
	if c.Field == "effect" {
		return []string{fmt.Sprintf("effect changed from %s to %s", strings.Join(c.Removed, ""), strings.Join(c.Added, ""))}
	}
	var lines []string
	for _, value := range c.Added {
		lines = append(lines, c.Field+" "+value+" added")
	}
	for _, value := range c.Removed {
		lines = append(lines, c.Field+" "+value+" removed")
	}
	return lines
}

// summary is a statement in half a line, e.g. "Allow s3:GetObject and 2 more on *, with conditions".
func (st *Statement) summary() string {
	var text strings.Builder
	text.WriteString(string(st.Effect))
	for _, part := range []struct {
		word   string
		values []string
	}{
		{" ", st.Actions},
		{" all but ", st.NotActions},
		{" on ", st.Resources},
		{" on all but ", st.NotResources},
		{" to ", st.Principal.names()},
		{" to all but ", st.NotPrincipal.names()},
	} {
		if len(part.values) > 0 {
			text.WriteString(part.word + abbreviate(part.values))
		}
	}
	if len(st.Condition) > 0 {
		text.WriteString(", with conditions")
	}
	return text.String()
}

func (p *Principal) names() []string {
	if p == nil {
		return nil
	}
	return slices.Concat(p.AWS, p.Service, p.Federated, p.CanonicalUser)
}

func abbreviate(values []string) string {
	if len(values) <= 2 {
		return strings.Join(values, ", ")
	}
	return fmt.Sprintf("%s and %d more", values[0], len(values)-1)
}
