// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"maps"
	"slices"
)

// flat is a document in the form that parsing and comparison work on: conditions are a list, not maps, and all its
// strings are parts of one source text.
type flat struct {
	version, id string
	statements  []flatStatement
}

// flatStatement is a statement whose Condition is nil and stands in conditions instead.
type flatStatement struct {
	Statement

	conditions []condition
	// bare says that the principal is the string "*", which is {"AWS": "*"} everywhere but in trust policies.
	bare bool
}

// condition is one key of one operator.
type condition struct { //nolint:recvcheck // what parses changes it, what asks takes the value
	operator, key string
	values        []string
}

// document builds the exported form; nothing in it is shared with f but the strings.
func (f *flat) document() *Document {
	d := &Document{Version: f.version, ID: f.id, Statements: make([]Statement, len(f.statements))}
	for i := range f.statements {
		d.Statements[i] = f.statements[i].statement()
	}
	return d
}

func (st *flatStatement) statement() Statement {
	result := cloneStatement(&st.Statement)
	for _, c := range st.conditions {
		if result.Condition == nil {
			result.Condition = make(Condition)
		}
		keys := result.Condition[c.operator]
		if keys == nil {
			keys = make(map[string][]string)
			result.Condition[c.operator] = keys
		}
		keys[c.key] = append([]string{}, c.values...)
	}
	return result
}

// flatten copies the document into the flat form; its lists may be sorted in place. A nil document has no statements.
func (d *Document) flatten() *flat {
	if d == nil {
		return &flat{}
	}
	f := &flat{version: d.Version, id: d.ID, statements: make([]flatStatement, len(d.Statements))}
	for i := range d.Statements {
		st := &d.Statements[i]
		f.statements[i].Statement = cloneStatement(st)
		for _, operator := range slices.Sorted(maps.Keys(st.Condition)) {
			keys := st.Condition[operator]
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				values := append([]string{}, keys[key]...)
				f.statements[i].conditions = append(f.statements[i].conditions, condition{operator, key, values})
			}
		}
	}
	return f
}

// cloneStatement copies all of a statement but its Condition. Empty lists become nil.
func cloneStatement(st *Statement) Statement {
	return Statement{
		Sid: st.Sid, Effect: st.Effect,
		Principal: st.Principal.clone(), NotPrincipal: st.NotPrincipal.clone(),
		Actions: cloneList(st.Actions), NotActions: cloneList(st.NotActions),
		Resources: cloneList(st.Resources), NotResources: cloneList(st.NotResources),
	}
}

func (p *Principal) clone() *Principal {
	if p == nil {
		return nil
	}
	return &Principal{
		AWS: cloneList(p.AWS), Service: cloneList(p.Service),
		Federated: cloneList(p.Federated), CanonicalUser: cloneList(p.CanonicalUser),
	}
}

func cloneList(list []string) []string { return append([]string(nil), list...) }

// lower folds ASCII letters, the only ones whose case IAM ignores. Other bytes stay as they are, valid or not.
func lower(s string) string {
	for i := range len(s) {
		if lowerByte(s[i]) != s[i] {
			folded := []byte(s)
			for j := i; j < len(folded); j++ {
				folded[j] = lowerByte(folded[j])
			}
			return string(folded)
		}
	}
	return s
}

// lowered folds a copy of a list.
func lowered(list []string) []string {
	result := cloneList(list)
	for i := range result {
		result[i] = lower(result[i])
	}
	return result
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// compareFold orders strings as [strings.Compare] does their lower-case forms.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			if x, y := lowerByte(a[i]), lowerByte(b[i]); x != y {
				return int(x) - int(y)
			}
		}
	}
	return len(a) - len(b)
}

func sortExact(list []string) []string {
	if len(list) < 2 {
		return list
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func sortFold(list []string) []string {
	if len(list) < 2 {
		return list
	}
	slices.SortFunc(list, compareFold)
	return slices.CompactFunc(list, func(a, b string) bool { return compareFold(a, b) == 0 })
}
