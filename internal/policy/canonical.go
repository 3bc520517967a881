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
//   - the version is stated: [Version2012] where no policy variable depends on it, else an absent one as
//     [Version2008];
//   - Sid and Id are gone, they permit nothing;
//   - statements, actions, resources, principals and condition values are sorted and without duplicates;
//   - actions and condition keys, whose case IAM ignores, are in lower case; everything else keeps its case;
//   - arn:<partition>:iam::<account>:root among AWS principals is <account>;
//   - ArnEquals is ArnLike and ArnNotEquals is ArnNotLike;
//   - condition values have the one form of their operator's type: booleans in lower case, decimal numbers, moments in
//     universal time, addresses and ranges in their shortest form;
//   - a run of wildcards is its question marks and one asterisk;
//   - operators without keys are gone; a key without values stays, because IAM does not say what it asks.
//
// Canonical is nil for nil and never changes the receiver.
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
		tellApart(st.conditions)
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
// Version 2008-10-17 and 2012-10-17 differ only where a document has a policy variable, which the former does not
// replace; Sid and Id do not count.
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
	f.version = f.effectiveVersion()
	for i := range f.statements {
		f.statements[i].normalize(foldRoots)
	}
	if len(f.statements) > 1 {
		slices.SortFunc(f.statements, compareStatements)
		f.statements = slices.CompactFunc(f.statements, equalStatements)
	}
}

// effectiveVersion is the version that the document is read by: the older and the newer one differ in nothing but
// policy variables.
func (f *flat) effectiveVersion() string {
	if f.version != "" && f.version != Version2008 {
		return f.version
	}
	for i := range f.statements {
		if f.statements[i].hasVariable() {
			return Version2008
		}
	}
	return Version2012
}

func (st *flatStatement) normalize(foldRoots bool) {
	st.Sid = ""
	for _, p := range [...]*Principal{st.Principal, st.NotPrincipal} {
		p.normalize(foldRoots)
	}
	for _, list := range [...][]string{st.Actions, st.NotActions, st.Resources, st.NotResources} {
		for i := range list {
			list[i] = normalPattern(list[i])
		}
	}
	st.Actions, st.NotActions = sortFold(st.Actions), sortFold(st.NotActions)
	st.Resources, st.NotResources = sortExact(st.Resources), sortExact(st.NotResources)
	for i := range st.conditions {
		st.conditions[i].normalize()
	}
	if len(st.conditions) > 1 {
		slices.SortFunc(st.conditions, compareConditions)
		equal := func(a, b condition) bool { return compareConditions(a, b) == 0 }
		st.conditions = slices.CompactFunc(st.conditions, equal)
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

// tellApart writes the keys of sorted conditions in lower case. Two conditions on one key under one operator both ask,
// and one map entry for the two would ask for less: they take turns with the operator's other name, and where that is
// not enough, with the spellings of the key that the document has.
func tellApart(conditions []condition) {
	for len(conditions) > 0 {
		n := 1
		for n < len(conditions) && conditions[n].operator == conditions[0].operator &&
			compareFold(conditions[n].key, conditions[0].key) == 0 {
			n++
		}
		rename(conditions[:n])
		conditions = conditions[n:]
	}
}

// rename gives conditions of one operator and key distinct pairs of the two names.
func rename(same []condition) {
	names := []string{same[0].operator}
	if other := twin(same[0].operator); other != same[0].operator {
		names = append(names, other)
	}
	var keys []string
	for i := range same {
		keys = append(keys, same[i].key)
	}
	keys = sortExact(keys)
	if len(same) <= len(names) {
		keys = []string{lower(keys[0])}
	}
	for i := range same {
		same[i].operator, same[i].key = names[i%len(names)], keys[i/len(names)%len(keys)]
	}
}
