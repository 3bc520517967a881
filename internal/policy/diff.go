// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strconv"
)

// Diff compares two documents for people. Statements are matched when equal, then by Sid, then by likeness; additions
// and changes come in the order of the new document, then removals in the order of the old. A nil document has no
// statements and no version. For two documents Diff is empty exactly when [Equivalent] holds for them.
func Diff(old, new *Document) Delta {
	a, b := newSide(old), newSide(new)
	fold := onePartition(a.flat, b.flat)
	a.normalize(fold)
	b.normalize(fold)

	var delta Delta
	if old != nil && new != nil && a.version() != b.version() {
		delta.OldVersion, delta.NewVersion = a.version(), b.version()
	}
	a.dropEqual(b)
	pairs := match(a, b)
	for _, i := range b.open {
		entry := StatementDelta{Kind: StatementAdded, Name: b.name(i), New: &new.Statements[i]}
		if j, ok := pairs[i]; ok {
			entry.Kind, entry.Old = StatementChanged, &old.Statements[j]
			entry.Changes = fieldChanges(a.statement(j), b.statement(i))
		}
		delta.Statements = append(delta.Statements, entry)
	}
	for _, j := range a.open {
		if !matched(pairs, j) {
			delta.Statements = append(delta.Statements,
				StatementDelta{Kind: StatementRemoved, Name: a.name(j), Old: &old.Statements[j]})
		}
	}
	return delta
}

// side is one of the two documents of a difference. Its statements keep their places; open lists those that have no
// equal on the other side.
type side struct {
	flat *flat
	sids []string
	open []int
}

func newSide(d *Document) *side {
	s := &side{flat: d.flatten()}
	for i := range s.flat.statements {
		s.sids = append(s.sids, s.flat.statements[i].Sid)
	}
	return s
}

// normalize sorts the parts of each statement but not the statements. Of equal statements the first stays open.
func (s *side) normalize(fold bool) {
	for i := range s.flat.statements {
		s.flat.statements[i].normalize(fold)
	}
	for i := range s.flat.statements {
		if !s.holds(s.flat.statements[i]) {
			s.open = append(s.open, i)
		}
	}
}

func (s *side) statement(i int) *flatStatement { return &s.flat.statements[i] }

func (s *side) version() string { return s.flat.effectiveVersion() }

// name is what people call the statement.
func (s *side) name(i int) string {
	if s.sids[i] != "" {
		return s.sids[i]
	}
	return strconv.Itoa(i + 1)
}

// holds reports whether an open statement equals the given one.
func (s *side) holds(st flatStatement) bool {
	return slices.ContainsFunc(s.open, func(i int) bool { return equalStatements(s.flat.statements[i], st) })
}

// dropEqual closes the statements that both sides hold.
func (s *side) dropEqual(other *side) {
	closed := func(s, other *side) []int {
		return slices.DeleteFunc(slices.Clone(s.open), func(i int) bool { return other.holds(s.flat.statements[i]) })
	}
	s.open, other.open = closed(s, other), closed(other, s)
}

// match pairs open statements of the new side with ones of the old side: first by Sid, then the most alike.
func match(old, new *side) map[int]int {
	pairs := map[int]int{}
	for _, i := range new.open {
		for _, j := range old.open {
			if new.sids[i] != "" && new.sids[i] == old.sids[j] && !matched(pairs, j) {
				pairs[i] = j
				break
			}
		}
	}
	for _, c := range candidates(old, new, pairs) {
		if _, taken := pairs[c.new]; !taken && !matched(pairs, c.old) {
			pairs[c.new] = c.old
		}
	}
	return pairs
}

func matched(pairs map[int]int, old int) bool {
	for _, j := range pairs {
		if j == old {
			return true
		}
	}
	return false
}

// candidate is a possible pair; alike counts the values that both have.
type candidate struct{ old, new, alike int }

// maxCandidates bounds the search for alike statements; documents within IAM's limits have far fewer pairs.
const maxCandidates = 10000

// candidates lists the pairs that share the effect and at least one value, the most alike first.
func candidates(old, new *side, pairs map[int]int) []candidate {
	var list []candidate
	if len(old.open)*len(new.open) > maxCandidates {
		return list
	}
	for _, i := range new.open {
		if _, taken := pairs[i]; taken {
			continue
		}
		for _, j := range old.open {
			if alike := likeness(old.statement(j), new.statement(i)); alike > 0 && !matched(pairs, j) {
				list = append(list, candidate{old: j, new: i, alike: alike})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return b.alike - a.alike })
	return list
}

// likeness counts the actions, resources and principals that two statements of one effect share.
func likeness(a, b *flatStatement) int {
	if a.Effect != b.Effect {
		return 0
	}
	count := 0
	for _, f := range statementFields(a, b) {
		if f.matches {
			count += shared(f.old, f.new, f.compare)
		}
	}
	return count
}
