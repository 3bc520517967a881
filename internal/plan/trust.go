// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// trust returns the trust policy that should be, with the denials of others, and the class of the change.
func (u *updating) trust() (string, class) {
	kept := foreignDenies(u.role.Trust, u.want.Role.Trust)
	if len(kept) > 0 {
		u.restrictions = append(u.restrictions, "the trust policy holds Deny statements of others")
	}
	target := withStatements(u.want.Role.Trust, kept)
	if equal(u.role.Trust, target) {
		return target, unchanged
	}
	old, new := parse(u.role.Trust), parse(target)
	if old == nil || new == nil || u.adopting {
		return target, exchange
	}
	switch change := policy.Compare(old, new); {
	case change.Widens() && change.Narrows():
		return target, exchange
	case change.Widens():
		return target, widen
	case change.Narrows():
		return target, restrict
	default:
		return target, neutral
	}
}

// namingItself is the observed trust policy with the role named by its ARN where IAM shows its unique id, as it does for
// moments. The id of an earlier role of the name stays: that one is trusted, and this one is not.
func namingItself(role iam.Role) string {
	doc := parse(role.Trust)
	if !strings.HasPrefix(role.ARN, "arn:") || !slices.Contains(doc.OrphanedPrincipals(), role.ID) {
		return role.Trust
	}
	return string(doc.ResolveIDs(map[string]string{role.ID: role.ARN}).Render())
}

// noteItself says why a new role gets its trust policy in two calls.
const noteItself = "after its creation, since IAM takes only principals that exist"

// withoutItself is the trust policy without the statements that let the role itself assume it, which IAM refuses while
// the role does not exist. It is empty when there are none, or nothing but them.
func withoutItself(role iam.Role) string {
	doc := parse(role.Trust)
	if doc == nil {
		return ""
	}
	itself := func(s policy.Statement) bool {
		return s.Effect == policy.Allow && s.Principal != nil && slices.ContainsFunc(s.Principal.AWS, func(arn string) bool {
			return strings.HasSuffix(arn, ":role"+role.Path+role.Name)
		})
	}
	rest := &policy.Document{Version: doc.Version}
	for _, s := range doc.Statements {
		if !itself(s) {
			rest.Statements = append(rest.Statements, s)
		}
	}
	if len(rest.Statements) == 0 || len(rest.Statements) == len(doc.Statements) {
		return ""
	}
	return string(rest.Render())
}

// placeTrust adds the change of the trust policy. Two exchanges cannot follow each other directly: between them the new
// principals would act under the old boundary, or the reverse. The trust policy then goes through what old and new
// share.
func (u *updating) placeTrust(target string, c, boundaryClass class) {
	old, new := u.role.Trust, parse(target)
	if c == exchange && boundaryClass == exchange && new != nil {
		between := string(shared(parse(old), new).Render())
		if !equal(old, between) {
			u.items = append(u.items, item{
				op: UpdateTrustPolicy{Role: u.role.Name, Old: old, New: between}, class: restrict, note: noteBoundary,
			})
		}
		old, c = between, widen
		if equal(between, target) {
			c = unchanged
		}
	}
	if c != unchanged {
		u.add(c, UpdateTrustPolicy{Role: u.role.Name, Old: old, New: target})
	}
}

// foreignDenies are the Deny statements of an observed trust policy that the controller did not write: its own carry
// the reserved Sid prefix.
func foreignDenies(observed, desired string) []policy.Statement {
	wanted := parse(desired)
	var foreign []policy.Statement
	for _, s := range denies(parse(observed)) {
		if !reserved(s) && !holds(wanted, s) {
			foreign = append(foreign, s)
		}
	}
	return foreign
}

// reserved tells whether a statement was made by the controller itself.
func reserved(s policy.Statement) bool { return strings.HasPrefix(s.Sid, v1alpha1.ReservedSidPrefix) }

// withStatements returns the document with statements added, as JSON.
func withStatements(text string, added []policy.Statement) string {
	doc := parse(text)
	if doc == nil || len(added) == 0 {
		return text
	}
	doc.Statements = append(doc.Statements, added...)
	return string(unique(doc).Render())
}

// shared is a trust policy that trusts only whom old and new both trust, under the denials of both, maybe nobody.
func shared(old, new *policy.Document) *policy.Document {
	allows := common(old, new)
	doc := &policy.Document{Version: new.Version, Statements: slices.Concat(allows, bothDenies(old, new))}
	if len(allows) == 0 {
		doc.Statements = append(doc.Statements, policy.Statement{
			Sid: v1alpha1.ReservedSidPrefix + "Nobody", Effect: policy.Deny,
			Principal: &policy.Principal{AWS: []string{"*"}}, Actions: []string{"sts:AssumeRole"},
		})
	}
	return unique(doc)
}
