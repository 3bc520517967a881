// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// parse returns the document, or nil when the text is none: IAM may hand out what its own grammar refuses today.
func parse(text string) *policy.Document {
	if text == "" {
		return nil
	}
	doc, err := policy.Parse([]byte(text))
	if err != nil {
		return nil
	}
	return doc
}

// equal tells whether two documents mean the same by IAM's grammar. What cannot be read equals nothing.
func equal(a, b string) bool {
	same, err := policy.Equivalent([]byte(a), []byte(b))
	return err == nil && same
}

// describe tells a person how a document changes.
func describe(old, new string) string {
	before, after := parse(old), parse(new)
	if before == nil || after == nil {
		return "replace a document that cannot be read"
	}
	return policy.Diff(before, after).String()
}

func onlyDenies(text string) bool {
	doc := parse(text)
	return doc != nil && doc.OnlyDenies()
}

func denies(doc *policy.Document) []policy.Statement {
	if doc == nil {
		return nil
	}
	var list []policy.Statement
	for _, s := range doc.Statements {
		if s.Effect == policy.Deny {
			list = append(list, s)
		}
	}
	return list
}

// foreignDenies are the Deny statements of an observed trust policy that the controller did not write: its own carry the
// reserved Sid prefix.
func foreignDenies(observed, desired string) []policy.Statement {
	wanted := parse(desired)
	var foreign []policy.Statement
	for _, s := range denies(parse(observed)) {
		if !strings.HasPrefix(s.Sid, v1alpha1.ReservedSidPrefix) && !holds(wanted, s) {
			foreign = append(foreign, s)
		}
	}
	return foreign
}

// holds tells whether doc has the statement, whatever its Sid.
func holds(doc *policy.Document, s policy.Statement) bool {
	if doc == nil {
		return false
	}
	want := single(doc.Version, s).Hash()
	return slices.ContainsFunc(doc.Statements, func(t policy.Statement) bool {
		return single(doc.Version, t).Hash() == want
	})
}

func single(version string, s policy.Statement) *policy.Document {
	return &policy.Document{Version: version, Statements: []policy.Statement{s}}
}

// withStatements returns the document with statements added, as JSON.
func withStatements(text string, added []policy.Statement) string {
	doc := parse(text)
	if doc == nil || len(added) == 0 {
		return text
	}
	merged := *doc
	merged.Statements = append(slices.Clone(doc.Statements), added...)
	return string(unique(&merged).Render())
}

// unique drops a repeated Sid, which has no effect on what is permitted and which IAM refuses.
func unique(doc *policy.Document) *policy.Document {
	seen := map[string]bool{}
	for i := range doc.Statements {
		if sid := doc.Statements[i].Sid; sid != "" && seen[sid] {
			doc.Statements[i].Sid = ""
		} else {
			seen[sid] = true
		}
	}
	return doc
}

// overlap is what both documents allow, under everything that either denies: no request passes it that old and new do not
// both permit. It is nil when no allowing statement is common.
func overlap(old, new *policy.Document) *policy.Document {
	common := &policy.Document{Version: new.Version}
	for _, s := range new.Statements {
		if s.Effect == policy.Allow && !policy.Compare(old, single(new.Version, s)).AddsAllow {
			common.Statements = append(common.Statements, s)
		}
	}
	if len(common.Statements) == 0 {
		return nil
	}
	common.Statements = append(common.Statements, bothDenies(old, new)...)
	return unique(common)
}

// bothDenies are the Deny statements of new and those of old that new lacks.
func bothDenies(old, new *policy.Document) []policy.Statement {
	list := denies(new)
	for _, s := range denies(old) {
		if !holds(new, s) {
			list = append(list, s)
		}
	}
	return list
}

// guarded is what new allows under everything that either denies.
func guarded(old, new *policy.Document) *policy.Document {
	doc := &policy.Document{Version: old.Version}
	if new != nil {
		doc.Version = new.Version
		for _, s := range new.Statements {
			if s.Effect == policy.Allow {
				doc.Statements = append(doc.Statements, s)
			}
		}
	}
	doc.Statements = append(doc.Statements, bothDenies(old, new)...)
	return unique(doc)
}

// nobody is new with a statement that denies everybody, for the moment in which neither the old nor the new principals may
// assume the role.
func nobody(new *policy.Document) *policy.Document {
	doc := *new
	doc.Statements = append(slices.Clone(new.Statements), policy.Statement{
		Sid: v1alpha1.ReservedSidPrefix + "Nobody", Effect: policy.Deny,
		Principal: &policy.Principal{AWS: []string{"*"}}, Actions: []string{"sts:AssumeRole"},
	})
	return &doc
}
