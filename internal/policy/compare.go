// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import "slices"

// Change says in which directions a document changes what is permitted.
type Change struct {
	AddsAllow    bool
	RemovesAllow bool
	AddsDeny     bool
	RemovesDeny  bool
}

// Widens reports whether a request may be permitted that was not.
func (c Change) Widens() bool { return c.AddsAllow || c.RemovesDeny }

// Narrows reports whether a request may be refused that was permitted.
func (c Change) Narrows() bool { return c.RemovesAllow || c.AddsDeny }

// Compare classifies the change from old to new. A nil document has no statements.
//
// Every combination of principal, action and resource of a statement is looked at by itself: it is added when no old
// statement of the same effect provably covers it, removed when no new one does. Another combination covers it
//
//   - with the same principal, or anyone ("*") for an AWS principal,
//   - with the same or a wider action and resource (wildcards, within the parts between colons), and
//   - with the same or a wider condition: fewer operators and keys, more or wider values for an operator such as
//     StringLike, fewer or narrower ones for one such as StringNotLike.
//
// What cannot be proved counts as both added and removed, so Compare errs towards more flags. Equivalent documents
// raise none. Documents that differ in version only raise none either, unless a statement has a policy variable
// (${…}), which is plain text in version 2008-10-17. Documents that permit the same in differently cut statements
// raise none, although they are not equivalent by the grammar.
func Compare(old, new *Document) Change {
	a, b := old.flatten(), new.flatten()
	sameVersion := normalizePair(a, b)
	if old == nil || new == nil {
		sameVersion = true // no statements, so none that the version changes
	}
	var change Change
	added, removed := a.uncovered(b, sameVersion), b.uncovered(a, sameVersion)
	change.AddsAllow, change.AddsDeny = added[Allow], added[Deny]
	change.RemovesAllow, change.RemovesDeny = removed[Allow], removed[Deny]
	return change
}

// uncovered gives the effects of those statements of other that f does not cover.
func (f *flat) uncovered(other *flat, sameVersion bool) map[Effect]bool {
	effects := map[Effect]bool{}
	for i := range other.statements {
		st := &other.statements[i]
		if !effects[st.Effect] && !f.covers(st, sameVersion) {
			effects[st.Effect] = true
		}
	}
	return effects
}

// maxCombinations bounds the memory for the combinations of one statement. IAM's size limits keep real statements far
// below; a statement above is covered only as a whole.
const maxCombinations = 1 << 16

// covers reports whether each combination of the statement is covered by a statement of f.
func (f *flat) covers(st *flatStatement, sameVersion bool) bool {
	if !sameVersion && st.hasVariable() {
		return false
	}
	principals, actions, resources := st.principals(), st.actions(), st.resources()
	combinations := len(principals) * len(actions) * len(resources)
	covered, left := make([]bool, min(combinations, maxCombinations)), combinations
	for i := range f.statements {
		by := &f.statements[i]
		if by.Effect != st.Effect || !sameVersion && by.hasVariable() || !narrower(st.conditions, by.conditions) {
			continue
		}
		p := coveredTerms(principals, by.principals())
		a := coveredTerms(actions, by.actions())
		r := coveredTerms(resources, by.resources())
		if all(p) && all(a) && all(r) {
			return true
		}
		if combinations <= maxCombinations {
			left -= mark(covered, p, a, r)
		}
	}
	return left == 0
}

// mark sets the combinations of the given terms and returns how many were not set before.
func mark(covered, principals, actions, resources []bool) int {
	count, at := 0, 0
	for _, p := range principals {
		for _, a := range actions {
			for _, r := range resources {
				if p && a && r && !covered[at] {
					covered[at] = true
					count++
				}
				at++
			}
		}
	}
	return count
}

// term is one principal, action (in lower case) or resource of a statement. The list of a Not element is one term,
// since only all of it together says what is meant; so is an absent element.
type term struct {
	kind string   // the element, or the principal type
	text string   // the value
	not  []string // the values of a Not element
}

func (st *flatStatement) actions() []term {
	return terms("Action", lowered(st.Actions), "NotAction", lowered(st.NotActions))
}

func (st *flatStatement) resources() []term {
	return terms("Resource", st.Resources, "NotResource", st.NotResources)
}

func terms(kind string, values []string, notKind string, not []string) []term {
	switch {
	case len(not) > 0 && len(values) > 0:
		return []term{{kind: "invalid " + kind, not: slices.Concat(values, []string{""}, not)}}
	case len(not) > 0:
		return []term{{kind: notKind, not: not}}
	case len(values) == 0:
		return []term{{kind: "no " + kind}}
	}
	list := make([]term, len(values))
	for i, value := range values {
		list[i] = term{kind: kind, text: value}
	}
	return list
}

func (st *flatStatement) principals() []term {
	list := st.Principal.terms()
	if st.NotPrincipal == nil {
		if len(list) == 0 {
			return []term{{kind: "no Principal"}}
		}
		return list
	}
	whole := term{kind: "NotPrincipal"}
	for _, t := range slices.Concat(st.NotPrincipal.terms(), []term{{}}, list) {
		whole.not = append(whole.not, t.kind, t.text)
	}
	return []term{whole}
}

// terms lists the principals, none for an absent element.
func (p *Principal) terms() []term {
	var list []term
	if p == nil {
		return list
	}
	for _, kind := range principalTypes {
		for _, value := range *p.list(kind) {
			list = append(list, term{kind: kind, text: value})
		}
	}
	return list
}

// coveredTerms tells for each term whether one of the others covers it.
func coveredTerms(list, by []term) []bool {
	result := make([]bool, len(list))
	if len(list)*len(by) > maxPatternPairs {
		type value struct{ kind, text string }
		values := make(map[value]bool, len(by))
		for _, t := range by {
			values[value{t.kind, t.text}] = true
		}
		for i, t := range list {
			result[i] = values[value{t.kind, t.text}]
		}
		return result
	}
	for i := range list {
		result[i] = slices.ContainsFunc(by, func(other term) bool { return other.covers(list[i]) })
	}
	return result
}

func all(list []bool) bool { return !slices.Contains(list, false) }

// covers reports whether everything that the other term means is meant by this one as well.
func (t term) covers(other term) bool {
	if t.kind != other.kind {
		return t.text == "*" && (t.kind == "Action" && other.kind == "NotAction" ||
			t.kind == "Resource" && other.kind == "NotResource")
	}
	switch t.kind {
	case "Action", "Resource":
		return patternCovers(t.text, other.text)
	case "NotAction", "NotResource":
		return excludesAll(other.not, t.not)
	}
	anyone := t.kind == "AWS" && t.text == "*"
	return (anyone || t.text == other.text) && slices.Equal(t.not, other.not)
}

// excludesAll reports whether the patterns exclude every one of the values: then "all but the patterns" lies within
// "all but the values".
func excludesAll(patterns, values []string) bool {
	if len(patterns)*len(values) > maxPatternPairs {
		return slices.Equal(patterns, values)
	}
	for _, value := range values {
		if !slices.ContainsFunc(patterns, func(p string) bool { return patternCovers(p, value) }) {
			return false
		}
	}
	return true
}
