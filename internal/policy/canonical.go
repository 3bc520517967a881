// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Canonical returns the normal form of the document by IAM's grammar, in which equal permissions have equal text:
//
//   - the version is stated, an absent one as [Version2008];
//   - Sid and Id are gone, they permit nothing;
//   - statements, actions, resources, principals and condition values are sorted and without duplicates;
//   - actions and condition keys, whose case IAM ignores, are in lower case; everything else keeps its case;
//   - arn:<partition>:iam::<account>:root among AWS principals is <account>;
//   - operators without keys are gone; a key without values stays, since IAM does not say what it asks.
//
// Wildcards, resources and condition values are not interpreted. Canonical is nil for nil and never changes the
// receiver.
func (d *Document) Canonical() *Document {
	if d == nil {
		return nil
	}
	f := d.flatten()
	f.id = ""
	f.normalize(true)
	for i := range f.statements {
		st := &f.statements[i]
		st.Actions, st.NotActions = lowered(st.Actions), lowered(st.NotActions)
		lowerKeys(st.conditions)
	}
	return f.document()
}

// Hash is the SHA-256 of the canonical form, in lower-case hexadecimal. Equivalent documents have equal hashes; a nil
// document hashes as one without version and statements.
func (d *Document) Hash() string {
	if d == nil {
		d = &Document{}
	}
	sum := sha256.Sum256(d.Canonical().Render())
	return hex.EncodeToString(sum[:])
}

// Equivalent reports whether two documents mean the same by IAM's grammar: whether their canonical forms are equal.
// Version 2008-10-17 and 2012-10-17 differ, since only the latter has policy variables; Sid and Id do not count.
//
// An account's root is the same principal as ARN and as bare account id. Two root ARNs of different partitions are
// not, although each has the account id for its canonical form.
//
// A document that does not parse is an error of type [ParseErrors], also when both are the same bytes.
func Equivalent(a, b []byte) (bool, error) {
	x, err := parseFlat(a)
	if err != nil {
		return false, err
	}
	if bytes.Equal(a, b) {
		return true, nil
	}
	y, err := parseFlat(b)
	if err != nil {
		return false, err
	}
	return x.equivalent(y), nil
}

// equivalent normalizes both documents and compares them.
func (f *flat) equivalent(other *flat) bool {
	return normalizePair(f, other) && slices.EqualFunc(f.statements, other.statements, equalStatements)
}

// normalizePair normalizes two documents for comparison and reports whether their versions are equal.
func normalizePair(a, b *flat) bool {
	fold := onePartition(a, b)
	a.normalize(fold)
	b.normalize(fold)
	return a.version == b.version
}

// normalize sorts everything that is a set. With foldRoots, root ARNs become account ids.
func (f *flat) normalize(foldRoots bool) {
	if f.version == "" {
		f.version = Version2008
	}
	for i := range f.statements {
		f.statements[i].normalize(foldRoots)
	}
	if len(f.statements) > 1 {
		slices.SortFunc(f.statements, compareStatements)
		f.statements = slices.CompactFunc(f.statements, equalStatements)
	}
}

func (st *flatStatement) normalize(foldRoots bool) {
	st.Sid = ""
	for _, p := range [...]*Principal{st.Principal, st.NotPrincipal} {
		p.normalize(foldRoots)
	}
	st.Actions, st.NotActions = sortFold(st.Actions), sortFold(st.NotActions)
	st.Resources, st.NotResources = sortExact(st.Resources), sortExact(st.NotResources)
	for i := range st.conditions {
		st.conditions[i].values = sortExact(st.conditions[i].values)
	}
	if len(st.conditions) > 1 {
		slices.SortFunc(st.conditions, compareConditions)
	}
}

func (p *Principal) normalize(foldRoots bool) {
	if p == nil {
		return
	}
	if foldRoots {
		for i, principal := range p.AWS {
			if _, account, ok := parseRoot(principal); ok {
				p.AWS[i] = account
			}
		}
	}
	for _, kind := range principalTypes {
		list := p.list(kind)
		*list = sortExact(*list)
	}
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

func equalStatements(a, b flatStatement) bool { return compareStatements(a, b) == 0 }

// compareStatements orders normalized statements; 0 means equal.
func compareStatements(a, b flatStatement) int {
	if c := strings.Compare(string(a.Effect), string(b.Effect)); c != 0 {
		return c
	}
	if c := slices.CompareFunc(a.Actions, b.Actions, compareFold); c != 0 {
		return c
	}
	if c := slices.Compare(a.Resources, b.Resources); c != 0 {
		return c
	}
	if c := slices.CompareFunc(a.conditions, b.conditions, compareConditions); c != 0 {
		return c
	}
	if c := comparePrincipals(a.Principal, b.Principal); c != 0 {
		return c
	}
	return cmp.Or(
		slices.CompareFunc(a.NotActions, b.NotActions, compareFold),
		slices.Compare(a.NotResources, b.NotResources),
		comparePrincipals(a.NotPrincipal, b.NotPrincipal),
	)
}

// comparePrincipals orders principals, an absent one first.
func comparePrincipals(a, b *Principal) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Or(
		slices.Compare(a.AWS, b.AWS),
		slices.Compare(a.Service, b.Service),
		slices.Compare(a.Federated, b.Federated),
		slices.Compare(a.CanonicalUser, b.CanonicalUser),
	)
}

// compareConditions orders by operator, then key, then values.
func compareConditions(a, b condition) int {
	if c := strings.Compare(a.operator, b.operator); c != 0 {
		return c
	}
	if c := compareFold(a.key, b.key); c != 0 {
		return c
	}
	return slices.Compare(a.values, b.values)
}

// lowerKeys folds the keys of sorted conditions. Keys of one operator that differ only in case stay apart: both ask,
// and one map entry for the two would ask for less.
func lowerKeys(conditions []condition) {
	same := func(i, j int) bool {
		return i >= 0 && j < len(conditions) && conditions[i].operator == conditions[j].operator &&
			compareFold(conditions[i].key, conditions[j].key) == 0
	}
	for i, first := 0, 0; i < len(conditions); i++ {
		if !same(first, i) {
			first = i
		}
		if first == i && !same(i, i+1) {
			conditions[i].key = lower(conditions[i].key)
		}
	}
}
