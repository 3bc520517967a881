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

// noteItself says why a new role gets its trust policy in two calls.
const noteItself = "after its creation, because IAM takes only principals that exist"

// withoutMissing returns a trust policy without the principals that do not exist, which IAM refuses, and which of them
// it leaves out. Where a Deny loses a principal, every Allow that could match that one is left out as well, until the
// Deny can stand.
func withoutMissing(c *policy.Content, missing func(arn string) bool) (rest *policy.Content, left []string) {
	doc := c.Document()
	if doc == nil {
		return c, nil
	}
	undenied := map[string]bool{}
	for _, s := range c.Denies() {
		for _, arn := range awsPrincipals(s) {
			if missing(arn) {
				undenied[arn] = true
			}
		}
	}
	kept := &policy.Document{Version: doc.Version, ID: doc.ID}
	for _, s := range doc.Statements {
		reduced, out := withoutPrincipals(s, func(arn string) bool {
			return missing(arn) || s.Effect == policy.Allow && matchesAny(undenied, arn)
		})
		left = append(left, slices.DeleteFunc(out, func(arn string) bool { return !missing(arn) })...)
		if len(out) == 0 || names(reduced.Principal) {
			kept.Statements = append(kept.Statements, reduced)
		}
	}
	if len(left) == 0 {
		return c, nil
	}
	if len(kept.Statements) == 0 {
		return nobody(doc.Version, nil), sortedSet(left)
	}
	return policy.ContentOf(kept), sortedSet(left)
}

// names tells whether a principal element names anybody.
func names(p *policy.Principal) bool {
	return p != nil && len(p.AWS)+len(p.Service)+len(p.Federated)+len(p.CanonicalUser) > 0
}

// withoutPrincipals leaves out AWS principals of a statement, and returns which.
func withoutPrincipals(s policy.Statement, leave func(arn string) bool) (policy.Statement, []string) {
	var out, kept []string
	for _, arn := range awsPrincipals(s) {
		if leave(arn) {
			out = append(out, arn)
		} else {
			kept = append(kept, arn)
		}
	}
	if len(out) == 0 {
		return s, nil
	}
	principal := *s.Principal
	principal.AWS, s.Principal = kept, &principal
	return s, out
}

// matchesAny tells whether an AWS principal of an Allow could match one of the given ARNs: anyone, their account, or
// one of them.
func matchesAny(arns map[string]bool, principal string) bool {
	for arn := range arns {
		account := accountOf(arn)
		root := strings.HasSuffix(principal, ":root") && accountOf(principal) == account
		if principal == "*" || principal == arn || account != "" && (principal == account || root) {
			return true
		}
	}
	return false
}

// whatExists returns the trust policy with which a role can be created, and the one that it can get right after: the
// role itself does not exist before, and neither do the principals that are known to be missing.
func whatExists(role iam.Role, got iam.Observation) (first, rest *policy.Content) {
	missing := func(arn string) bool { return slices.Contains(got.MissingPrincipals, arn) }
	wanted := policy.NewContent(role.Trust)
	itself := func(arn string) bool { return strings.HasSuffix(arn, ":role"+role.Path+role.Name) }
	first, _ = withoutMissing(wanted, func(arn string) bool { return itself(arn) || missing(arn) })
	rest, _ = withoutMissing(wanted, func(arn string) bool { return missing(arn) && !itself(arn) })
	return first, rest
}

// PrincipalQuestions are those that ask which roles exist that a trust policy names, by the ARN of each. Only roles of
// the given account can be asked for.
func PrincipalQuestions(trust, account string) map[string]Question {
	questions := map[string]Question{}
	doc := policy.NewContent(trust).Document()
	if doc == nil {
		return questions
	}
	for _, s := range doc.Statements {
		for _, arn := range awsPrincipals(s) {
			if accountOf(arn) == account && strings.Contains(arn, ":role/") {
				questions[arn] = Question{AskRole, arn[strings.LastIndexByte(arn, '/')+1:]}
			}
		}
	}
	return questions
}

// MissingPrincipals are those of the questions whose answers say that no such role exists, sorted. A role of the name
// under another path is another role.
func MissingPrincipals(questions map[string]Question, answers Answers) []string {
	var missing []string
	for arn, q := range questions {
		answer, known := answers[q]
		if known && (answer.Role == nil || !strings.EqualFold(answer.Role.ARN, arn)) {
			missing = append(missing, arn)
		}
	}
	return sortedSet(missing)
}

// nobody is a trust policy that trusts nobody and keeps the denials of others.
func nobody(version string, foreign []clause) *policy.Content {
	doc, _ := compose(version, append(slices.Clone(foreign), clause{version: version, Statement: policy.Statement{
		Sid: v1alpha1.ReservedSidPrefix + "Nobody", Effect: policy.Deny,
		Principal: &policy.Principal{AWS: []string{"*"}}, Actions: []string{"sts:AssumeRole"},
	}}))
	return doc
}
