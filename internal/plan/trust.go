// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// trustChange is the change of the trust policy.
type trustChange struct {
	role  string
	quota int
	old   *policy.Content
	// target is what should be, with the denials of others.
	target *policy.Content
	// foreign are the denials of others.
	foreign []clause
	// whole is the target with the principals that do not exist, which are left out of it; left names them.
	whole  *policy.Content
	left   []string
	effect Effect
	// changes says that there is anything to do.
	changes bool
}

func trustOf(want desired.Role, got iam.Observation, quotas iam.Quotas) trustChange {
	c := trustChange{
		role: got.Role.Name, quota: quotas.TrustPolicySize,
		old: namingItself(*got.Role), target: policy.NewContent(want.Role.Trust),
	}
	c.whole = c.target
	if c.changes = !c.old.Same(c.target); c.changes {
		c.foreign = foreignDenies(c.old, c.target)
		c.whole = withClauses(c.target, c.foreign)
	}
	if c.target = c.whole; len(got.MissingPrincipals) > 0 {
		missing := func(arn string) bool { return slices.Contains(got.MissingPrincipals, arn) }
		c.target, c.left = withoutMissing(c.whole, missing)
	}
	if c.changes || len(c.left) > 0 {
		c.changes = !c.old.Same(c.target)
	}
	if c.changes {
		c.effect = effect(c.old, c.target)
	}
	return c
}

// namingItself is the observed trust policy with the role named by its ARN where IAM shows its unique id, as it does
// for moments. The id of an earlier role of the name stays: that one is trusted, and this one is not.
func namingItself(role iam.Role) *policy.Content {
	observed := policy.NewContent(role.Trust)
	if !strings.HasPrefix(role.ARN, "arn:") || role.ID == "" || !strings.Contains(role.Trust, role.ID) {
		return observed
	}
	if !slices.Contains(observed.Document().OrphanedPrincipals(), role.ID) {
		return observed
	}
	return policy.ContentOf(observed.Document().ResolveIDs(map[string]string{role.ID: role.ARN}))
}

// replaces tells whether the change is neither wider nor narrower, or of an entity whose trust is not to be relied on.
func (c trustChange) replaces(adopting bool) bool {
	return c.changes && (adopting || c.effect == Widens|Narrows)
}

// foreignDenies are the Deny statements of an observed trust policy that the controller did not write: its own carry
// the reserved Sid prefix.
func foreignDenies(observed, wanted *policy.Content) []clause {
	own := deniesOf(wanted)
	return slices.DeleteFunc(deniesOf(observed), func(c clause) bool {
		return reserved(c.Statement) || slices.ContainsFunc(own, c.same)
	})
}

// withClauses adds clauses to a document that can be read.
func withClauses(c *policy.Content, added []clause) *policy.Content {
	if c.Document() == nil || len(added) == 0 {
		return c
	}
	var list []clause
	for _, s := range c.Document().Statements {
		list = append(list, clause{s, c.Document().Version})
	}
	doc, _ := compose(c.Document().Version, slices.Concat(list, added))
	return doc
}

// trustStep is one call on the way of a trust policy.
type trustStep struct {
	place place
	doc   *policy.Content
	note  string
	// partly says why the document does not say all that old and new trust in common, empty when it does.
	partly GapCause
}

// steps are the calls that bring the trust policy to its target. Two exchanges cannot follow each other directly:
// between them the new principals would act under the old boundary, or the reverse. Where the boundary is replaced as
// well, the trust policy goes through what old and new share, or through nobody where that cannot be said or is too
// long.
func (c trustChange) steps(replaces, boundaryReplaced bool) []trustStep {
	switch {
	case !c.changes:
		return nil
	case replaces && boundaryReplaced && c.target.Document() != nil:
		return c.through()
	case replaces:
		return []trustStep{{place: exchange, doc: c.target}}
	case c.effect.Widens():
		return []trustStep{{place: lift, doc: c.target}}
	case c.effect.Narrows():
		return []trustStep{{place: restrict, doc: c.target}}
	}
	return []trustStep{{place: neutral, doc: c.target}}
}

// through goes through what old and new share.
func (c trustChange) through() []trustStep {
	between, note, partly := c.shared()
	var steps []trustStep
	if !c.old.Same(between) {
		steps = append(steps, trustStep{place: restrict, doc: between, note: note, partly: partly})
	}
	if !c.target.Same(between) {
		steps = append(steps, trustStep{place: lift, doc: c.target})
	}
	return steps
}

// shared is a trust policy that trusts only whom old and new both trust, under the denials of both, maybe nobody.
func (c trustChange) shared() (doc *policy.Content, note string, partly GapCause) {
	version := c.target.Document().Version
	allows, more := share(allowsOf(c.old), allowsOf(c.target))
	denied := distinct(slices.Concat(deniesOf(c.target), deniesOf(c.old)))
	doc, unsaid := compose(version, slices.Concat(allows, denied))
	if more || len(unsaid) > 0 {
		partly = Inexpressible
	}
	fits := c.quota <= 0 || doc.Size() <= c.quota
	switch {
	case len(allows) > 0 && len(unsaid) == 0 && fits:
		return doc, noteBoundary, partly
	case len(allows) > 0 && len(unsaid) == 0:
		return nobody(version, c.foreign), noteNobodyFits, Quota
	case partly != "":
		return nobody(version, c.foreign), noteNobody, partly
	}
	return nobody(version, c.foreign), noteBoundary, ""
}

// incomplete is the change of the trust policy that waits for principals to exist, if there is one.
func (c trustChange) incomplete() []Withheld {
	if len(c.left) == 0 {
		return nil
	}
	return []Withheld{{
		Op:     UpdateTrustPolicy{Role: c.role, Old: c.target.Text(), New: c.whole.Text()},
		Reason: v1alpha1.ReasonReferenceNotReady,
		Message: "the trust policy names principals that do not exist yet: " +
			iam.WithoutAccounts(strings.Join(c.left, ", ")) +
			"; it is completed when they exist",
	}}
}
