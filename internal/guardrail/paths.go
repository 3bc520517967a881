// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// grant is an action that a document allows, on one pattern of resources.
type grant struct {
	document *Document
	resource policy.Term
	field    string
}

// pathViolations finds the ways to act as another principal that the documents of an entity make together.
func (b *Bounds) pathViolations(documents []Document) []Violation {
	if !b.restricted {
		return nil
	}
	var all []Violation
	for _, p := range paths {
		held := b.held(p, documents, false)
		if held == nil || b.held(p, documents, true) != nil {
			continue // AWS's own policies of the type make it by themselves
		}
		v := Violation{
			Path: true, Raises: true,
			Rule: b.rule(guardrailsPath.Child("mode")) + ": Restricted",
			What: fmt.Sprintf("together these permissions are a way of %s: %s", p.name, actionsOf(p)),
			Passes: "what lacks one of them on the same resources passes, or a rule in spec.guardrails.allow that spells one " +
				"of them out on resources without a wildcard at the beginning of their name",
		}
		var fields []string
		for _, g := range held {
			if !g.document.ByType && !slices.Contains(v.Parts, g.document.Part) {
				v.Parts = append(v.Parts, g.document.Part)
			}
			if !slices.Contains(fields, g.field) {
				fields = append(fields, g.field)
			}
		}
		v.Field = strings.Join(fields, " and ")
		all = append(all, v)
	}
	return all
}

func actionsOf(p path) string {
	var names []string
	for _, group := range p.groups {
		for _, action := range group {
			names = append(names, action.String())
		}
	}
	return strings.Join(names, ", ")
}

// held returns the grants that make a path, nil where they do not. byType takes only what the controller attaches by
// itself.
func (b *Bounds) held(p path, documents []Document, byType bool) []grant {
	var all []grant
	for _, group := range p.groups {
		members := make([][]grant, len(group))
		for i, action := range group {
			if members[i] = b.grants(action, documents, byType); len(members[i]) == 0 {
				return nil
			}
		}
		found, effort := overlapping(members, nil, pathEffort)
		if found == nil && effort > 0 {
			return nil
		}
		if found == nil { // not decided: taken for held
			for _, m := range members {
				found = append(found, m...)
			}
		}
		all = append(all, found...)
	}
	return all
}

// pathEffort bounds the comparisons that deciding one path takes.
const pathEffort = 100_000

// overlapping picks a grant of each member so that all may be about one resource.
func overlapping(members [][]grant, picked []grant, effort int) ([]grant, int) {
	if len(members) == 0 {
		return slices.Clone(picked), effort
	}
	for _, g := range members[0] {
		effort--
		if effort <= 0 {
			return nil, 0
		}
		apart := func(other grant) bool { return !other.resource.Meets(g.resource) }
		if slices.ContainsFunc(picked, apart) {
			continue
		}
		var found []grant
		if found, effort = overlapping(members[1:], append(picked, g), effort); found != nil || effort <= 0 {
			return found, effort
		}
	}
	return nil, effort
}

// grants are those of an action that no rule of the account spells out.
func (b *Bounds) grants(action policy.Term, documents []Document, byType bool) []grant {
	var all []grant
	for i := range documents {
		d := &documents[i]
		if byType && !d.ByType || d.Content == nil || d.Content.Document() == nil {
			continue
		}
		statements := d.Content.Document().Statements
		for n := range statements {
			s := &statements[n]
			if s.Effect != policy.Allow || !b.allows(s, action) {
				continue
			}
			field := d.Field
			if d.At != nil {
				field = d.At(n)
			}
			for _, resource := range resourcesOf(s) {
				j := judged{Bounds: b, statement: s}
				if !j.lifted(action, resource) || !spells(s, action) {
					all = append(all, grant{d, resource, field})
				}
			}
		}
	}
	return all
}

// allows is allowsAction, with what is known of the actions.
func (b *Bounds) allows(s *policy.Statement, action policy.Term) bool {
	if len(s.NotActions) > 0 {
		return allowsAction(s, action)
	}
	return slices.ContainsFunc(s.Actions, func(text string) bool {
		return slices.Contains(b.action(text).members, action.Key())
	})
}

func spells(s *policy.Statement, action policy.Term) bool {
	return slices.ContainsFunc(s.Actions, func(text string) bool { return strings.EqualFold(text, action.Key()) })
}

func allowsAction(s *policy.Statement, action policy.Term) bool {
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, func(text string) bool { return policy.ActionTerm(text).Covers(action) })
	}
	return slices.ContainsFunc(s.Actions, func(text string) bool { return policy.ActionTerm(text).Covers(action) })
}

func resourcesOf(s *policy.Statement) []policy.Term {
	if len(s.NotResources) > 0 {
		return []policy.Term{policy.ResourceTerm(everything)}
	}
	return resourceTerms(s.Resources)
}
