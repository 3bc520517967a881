// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
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

// equal tells whether two documents mean the same by IAM's grammar. What cannot be read equals nothing but itself.
func equal(a, b string) bool {
	if a == b {
		return true
	}
	same, err := policy.Equivalent([]byte(a), []byte(b))
	return err == nil && same
}

// describe tells a person how a document changes.
func describe(old, new string) string {
	before, after := parse(old), parse(new)
	if before == nil || after == nil {
		return "replace a document that cannot be read"
	}
	return iam.WithoutAccounts(policy.Diff(before, after).String())
}

func allows(doc *policy.Document) []policy.Statement { return statements(doc, policy.Allow) }
func denies(doc *policy.Document) []policy.Statement { return statements(doc, policy.Deny) }

func statements(doc *policy.Document, effect policy.Effect) []policy.Statement {
	if doc == nil {
		return nil
	}
	var list []policy.Statement
	for _, s := range doc.Statements {
		if s.Effect == effect {
			list = append(list, s)
		}
	}
	return list
}

// mixed tells whether a document both allows and denies.
func mixed(text string) bool {
	doc := parse(text)
	return len(allows(doc)) > 0 && len(denies(doc)) > 0
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

// common are the statements by which new allows something and of which old allows everything.
func common(old, new *policy.Document) []policy.Statement {
	return slices.DeleteFunc(allows(new), func(s policy.Statement) bool {
		return policy.Compare(old, single(new.Version, s)).AddsAllow
	})
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

// marked gives statements the reserved Sids by which a later pass knows that the controller left them there.
func marked(list []policy.Statement) []policy.Statement {
	result := slices.Clone(list)
	for i := range result {
		result[i].Sid = fmt.Sprintf("%sKept%d", v1alpha1.ReservedSidPrefix, i+1)
	}
	return result
}

// restrictsOnly tells whether an inline policy is one of others that only denies, and not what the controller left of
// one between two steps.
func restrictsOnly(text string) bool {
	doc := parse(text)
	return doc.OnlyDenies() && slices.ContainsFunc(doc.Statements, func(s policy.Statement) bool { return !reserved(s) })
}
