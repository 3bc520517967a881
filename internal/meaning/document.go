// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// part is where a document stands, and for whom it counts.
type part struct{ name, whom string }

// document compares two policy documents, empty for none.
func (m *Meaning) document(p part, old, new string) {
	if old == new {
		return
	}
	before, after := policy.NewContent(old), policy.NewContent(new)
	change := Change{Part: p.name, Before: old, After: new, Document: true}
	if before.Unreadable() || after.Unreadable() {
		change.Lines = []string{"~ a document that cannot be read"}
		m.Changes = append(m.Changes, change)
		return
	}
	delta := policy.Diff(before.Document(), after.Document())
	change.Lines = lines(delta)
	for i := range delta.Statements {
		m.statement(p, &delta.Statements[i])
	}
	if len(change.Lines) > 0 {
		m.Changes = append(m.Changes, change)
	}
}

// statement says what one statement gives and takes.
func (m *Meaning) statement(p part, d *policy.StatementDelta) {
	switch {
	case d.Old == nil:
		m.comes(p, d.New)
	case d.New == nil:
		m.goes(p, d.Old)
	case d.Old.Effect != d.New.Effect:
		m.goes(p, d.Old)
		m.comes(p, d.New)
	default:
		m.changes(p, d)
	}
}

func (m *Meaning) comes(p part, s *policy.Statement) {
	switch {
	case s.Effect == policy.Deny:
		m.lose("%s, which is denied%s", phrase(s), p.whom)
	case isTrust(s):
		m.gain("%s may %s", principals(s), phrase(s))
	default:
		m.gain("%s%s", phrase(s), p.whom)
	}
}

func (m *Meaning) goes(p part, s *policy.Statement) {
	switch {
	case s.Effect == policy.Deny:
		m.gain("%s, where it was denied%s", phrase(s), p.whom)
	case isTrust(s):
		m.lose("%s may no longer %s", principals(s), phrase(s))
	default:
		m.lose("%s%s", phrase(s), p.whom)
	}
}

// changes says in which directions a statement moves, each in the words of what moved.
func (m *Meaning) changes(p part, d *policy.StatementDelta) {
	of := func(s *policy.Statement) *policy.Document {
		return &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{*s}}
	}
	change := policy.Compare(of(d.Old), of(d.New))
	if change.AddsAllow || change.AddsDeny {
		m.comes(p, moved(d.New, d.Changes, func(c policy.FieldChange) []string { return c.Added }))
	}
	if change.RemovesAllow || change.RemovesDeny {
		m.goes(p, moved(d.Old, d.Changes, func(c policy.FieldChange) []string { return c.Removed }))
	}
}

// moved is a statement with what is on one side only, as far as that is what differs: the actions, else the resources,
// and the conditions.
func moved(
	s *policy.Statement, changes []policy.FieldChange, side func(policy.FieldChange) []string,
) *policy.Statement {
	only, condition := *s, policy.Condition{}
	for _, c := range changes {
		values := side(c)
		switch operator, key, conditional := conditionIn(c.Field); {
		case len(values) == 0:
		case c.Field == "action":
			only.Actions = values
		case c.Field == "resource" && !slices.ContainsFunc(changes, func(o policy.FieldChange) bool {
			return o.Field == "action" && len(side(o)) > 0
		}):
			only.Resources = values
		case conditional:
			if condition[operator] == nil {
				condition[operator] = map[string][]string{}
			}
			condition[operator][key] = values
		}
	}
	if len(condition) > 0 {
		only.Condition = condition
	}
	return &only
}

// conditionIn takes the name of a condition in a difference apart.
func conditionIn(field string) (operator, key string, ok bool) {
	rest, ok := strings.CutPrefix(field, "condition ")
	operator, key, found := strings.Cut(rest, " ")
	return operator, key, ok && found
}

func isTrust(s *policy.Statement) bool { return s.Principal != nil || s.NotPrincipal != nil }

// phrase is what a statement is about, in half a line.
func phrase(s *policy.Statement) string {
	if isTrust(s) {
		if len(s.Actions) == 1 && strings.EqualFold(s.Actions[0], "sts:AssumeRole") {
			return "assume the role" + conditions(s)
		}
		return "call " + some(s.Actions) + " on the role" + conditions(s)
	}
	text := some(s.Actions)
	if len(s.NotActions) > 0 {
		text = "everything but " + some(s.NotActions)
	}
	switch {
	case len(s.NotResources) > 0:
		text += " on everything but " + some(s.NotResources)
	case slices.Equal(s.Resources, []string{"*"}):
		text += " on everything"
	case len(s.Resources) > 0:
		text += " on " + some(s.Resources)
	}
	return text + conditions(s)
}

// conditions say when a statement holds, as far as half a line has room for it.
func conditions(s *policy.Statement) string {
	var list []string
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			list = append(list, fmt.Sprintf("%s %s %s", key, operator, some(s.Condition[operator][key])))
		}
	}
	switch len(list) {
	case 0:
		return ""
	case 1, 2:
		return " where " + strings.Join(list, " and ")
	}
	return fmt.Sprintf(" where %s and %d more conditions hold", list[0], len(list)-1)
}

func principals(s *policy.Statement) string {
	if s.NotPrincipal != nil {
		return "everyone but " + some(all(s.NotPrincipal))
	}
	if list := all(s.Principal); !slices.Equal(list, []string{"*"}) {
		return some(list)
	}
	return "everyone"
}

func all(p *policy.Principal) []string {
	return slices.Concat(p.AWS, p.Service, p.Federated, p.CanonicalUser)
}

// some are the first values of a list, and how many more there are.
func some(values []string) string {
	const shown = 3
	if len(values) <= shown {
		return strings.Join(values, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(values[:shown-1], ", "), len(values)-shown+1)
}

// lines writes the difference of two documents, a line for each value that comes or goes.
func lines(d policy.Delta) []string {
	var list []string
	if d.OldVersion != d.NewVersion {
		list = append(list, "~ version "+d.OldVersion+" becomes "+d.NewVersion)
	}
	for i := range d.Statements {
		s := &d.Statements[i]
		switch s.Kind {
		case policy.StatementAdded:
			list = append(list, whole("+", s.Name, s.New)...)
		case policy.StatementRemoved:
			list = append(list, whole("-", s.Name, s.Old)...)
		case policy.StatementChanged:
			list = append(list, "~ statement "+s.Name)
			for _, c := range s.Changes {
				for _, value := range c.Removed {
					list = append(list, "-   "+c.Field+" "+value)
				}
				for _, value := range c.Added {
					list = append(list, "+   "+c.Field+" "+value)
				}
			}
		}
	}
	return list
}

// whole writes a statement that comes or goes as one.
func whole(sign, name string, s *policy.Statement) []string {
	list := []string{fmt.Sprintf("%s statement %s: %s", sign, name, s.Effect)}
	put := func(field string, values []string) {
		for _, value := range values {
			list = append(list, sign+"   "+field+" "+value)
		}
	}
	for _, p := range []struct {
		name string
		of   *policy.Principal
	}{{"principal", s.Principal}, {"notPrincipal", s.NotPrincipal}} {
		if p.of != nil {
			put(p.name+" AWS", p.of.AWS)
			put(p.name+" Service", p.of.Service)
			put(p.name+" Federated", p.of.Federated)
			put(p.name+" CanonicalUser", p.of.CanonicalUser)
		}
	}
	put("action", s.Actions)
	put("notAction", s.NotActions)
	put("resource", s.Resources)
	put("notResource", s.NotResources)
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			put("condition "+operator+" "+key, s.Condition[operator][key])
		}
	}
	return list
}
