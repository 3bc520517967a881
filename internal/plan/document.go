// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// describe tells a person how a document changes.
func describe(old, new string) string {
	before, after := policy.NewContent(old).Document(), policy.NewContent(new).Document()
	if before == nil || after == nil {
		return "replace a document that cannot be read"
	}
	return iam.WithoutAccounts(policy.Diff(before, after).String())
}

// reserved tells whether a statement was made by the controller itself.
func reserved(s policy.Statement) bool { return strings.HasPrefix(s.Sid, v1alpha1.ReservedSidPrefix) }

// restrictsOnly tells whether an inline policy is one of others that only denies, and not what the controller left of
// one between two steps.
func restrictsOnly(c *policy.Content) bool {
	return c.OnlyDenies() && slices.ContainsFunc(c.Denies(), func(s policy.Statement) bool { return !reserved(s) })
}

// clause is a statement under the version of the document that it comes from.
type clause struct {
	policy.Statement
	version string
}

// live tells whether the statement holds policy variables that IAM puts values in for.
func (c clause) live() bool { return c.version == policy.Version2012 && c.HasVariable() }

// dead tells whether the statement holds text that would become a policy variable in version 2012-10-17.
func (c clause) dead() bool { return c.version != policy.Version2012 && c.HasVariable() }

// same tells whether two clauses mean the same, whatever their Sids.
func (c clause) same(other clause) bool { return c.hash() == other.hash() }

func (c clause) hash() string {
	version := policy.Version2012
	if c.dead() {
		version = policy.Version2008
	}
	return (&policy.Document{Version: version, Statements: []policy.Statement{c.Statement}}).Hash()
}

// allowsOf are the clauses by which contents allow, deniesOf those by which they deny.
func allowsOf(contents ...*policy.Content) []clause {
	return clausesOf(contents, (*policy.Content).Allows)
}

func deniesOf(contents ...*policy.Content) []clause {
	return clausesOf(contents, (*policy.Content).Denies)
}

func clausesOf(contents []*policy.Content, of func(*policy.Content) []policy.Statement) []clause {
	var list []clause
	for _, c := range contents {
		if c == nil {
			continue // a document that is not known
		}
		for _, s := range of(c) {
			list = append(list, clause{s, c.Document().Version})
		}
	}
	return list
}

// distinct drops clauses that mean the same as an earlier one.
func distinct(list []clause) []clause {
	if len(list) < 2 {
		return list
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(c clause) bool {
		hash := c.hash()
		defer func() { seen[hash] = true }()
		return seen[hash]
	})
}

// compose renders clauses as one document, absent for none. The document is of the version in which variables live, if
// one of the clauses has some; text of older documents that would come to life in it is escaped. unsaid are clauses for
// which there is no such escape: a Deny then denies more than it did, an Allow is left out.
func compose(version string, list []clause) (doc *policy.Content, unsaid []clause) {
	live, dead := slices.ContainsFunc(list, clause.live), slices.ContainsFunc(list, clause.dead)
	switch {
	case live:
		version = policy.Version2012
	case dead:
		version = policy.Version2008
	}
	rendered := &policy.Document{Version: version}
	for _, c := range list {
		s, ok := c.Statement, true
		if live && c.dead() {
			s, ok = c.Escaped()
		}
		if !ok {
			unsaid = append(unsaid, c)
			if s.Effect == policy.Allow {
				continue
			}
			s = everywhere(s)
		}
		rendered.Statements = append(rendered.Statements, s)
	}
	return policy.ContentOf(unique(rendered)), unsaid
}

// everywhere is a Deny on all resources under all conditions.
func everywhere(s policy.Statement) policy.Statement {
	s.Condition, s.NotResources = nil, nil
	if s.Principal == nil && s.NotPrincipal == nil {
		s.Resources = []string{"*"}
	}
	return s
}

// unique replaces a repeated Sid, which has no effect on what is permitted and which IAM refuses. What the controller
// left there stays known as its own.
func unique(doc *policy.Document) *policy.Document {
	taken := map[string]bool{}
	for i := range doc.Statements {
		taken[doc.Statements[i].Sid] = true
	}
	first := map[string]bool{}
	for i := range doc.Statements {
		switch s := &doc.Statements[i]; {
		case s.Sid == "" || !first[s.Sid]:
			first[s.Sid] = true
		case reserved(*s):
			s.Sid = freeSid(taken)
		default:
			s.Sid = ""
		}
	}
	return doc
}

// freeSid is a reserved Sid that is not taken yet.
func freeSid(taken map[string]bool) string {
	for n := 1; ; n++ {
		if sid := keptSid(n); !taken[sid] {
			taken[sid] = true
			return sid
		}
	}
}

func keptSid(n int) string { return fmt.Sprintf("%sKept%d", v1alpha1.ReservedSidPrefix, n) }

// marked gives clauses the reserved Sids by which a later pass knows that the controller left them there.
func marked(list []clause) []clause {
	result := slices.Clone(list)
	for i := range result {
		result[i].Sid = keptSid(i + 1)
	}
	return result
}

func contents(texts map[string]string) map[string]*policy.Content {
	m := make(map[string]*policy.Content, len(texts))
	for name, text := range texts {
		m[name] = policy.NewContent(text)
	}
	return m
}
