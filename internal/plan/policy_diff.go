// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// DiffPolicy is the difference between what a managed policy should be and what it is, as Diff is of a role.
func DiffPolicy(want desired.Policy, got iam.Observation) Plan {
	if got.Policy == nil {
		if want.Absent {
			return Plan{}
		}
		if why := want.ProtectedPolicy(); why != "" {
			return Plan{Refusal: uncreatable("policy "+want.Policy.Name, why)}
		}
		return createPolicy(want)
	}
	standing := want.OfPolicy(*got.Policy)
	switch {
	case want.Absent:
		return removePolicy(want, *got.Policy, standing)
	case standing.Held:
		return updatePolicy(want, *got.Policy, standing).Permit(Hold)
	}
	return updatePolicy(want, *got.Policy, standing)
}

// createPolicy plans a policy that does not exist: the policy with its tags in one call, then its attachments.
func createPolicy(want desired.Policy) Plan {
	bare := want.Policy
	bare.Users, bare.Groups, bare.Roles = nil, nil, nil
	attach := missingAttachments(want.Policy, iam.Policy{ARN: want.Policy.ARN})
	steps := make([]Step, 1, 1+len(attach))
	steps[0].Op = CreatePolicy{Policy: bare, AccountTags: want.AccountTags}
	for _, op := range attach {
		steps = append(steps, Step{Op: op, Needs: []int{0}})
	}
	return Plan{Steps: steps}
}

// updatePolicy plans a policy that exists.
func updatePolicy(want desired.Policy, got iam.Policy, standing ownership.Standing) Plan {
	take := taker{want.Taking(standing), "policy " + got.Name}
	if r := take.refusal(); r != nil {
		return Plan{Refusal: r}
	}
	if want.PathFixed && want.Policy.Path != got.Path {
		return Plan{Refusal: take.moved(got.Path, want.Policy.Path)}
	}
	adopting := !standing.Owned()
	u := policyUpdate{want: want, got: got, adopting: adopting}
	p := Plan{Steps: u.plan(), Adopts: adopting, Warnings: u.fixed()}.withoutFailing(u.tagLimit())
	if !claimsOnly(p) || len(p.Warnings) > 0 {
		if r := take.differing(differences(p)); r != nil {
			return Plan{Refusal: r}
		}
	}
	return p
}

// policyUpdate collects the steps of a change.
//
// Each of those that the policy is attached to may see the old document, the new one, or none, and no step may
// leave one with a document that is neither what it had nor what it is to have. So those that lose the policy lose
// it before it allows more, and those that get it get it after it allows less. Apart from that, who gets it goes
// before who loses it, so that a user who moves into a group keeps it; neither waits for the other, since one of
// them may not exist.
type policyUpdate struct {
	want     desired.Policy
	got      iam.Policy
	adopting bool

	steps []Step
	// base are the steps that all further ones need.
	base []int
}

// fixed says what differs and cannot be changed.
func (u *policyUpdate) fixed() []v1alpha1.Warning {
	if u.want.Policy.Description == u.got.Description {
		return nil
	}
	return []v1alpha1.Warning{{
		Code: v1alpha1.WarningCannotBeChanged, Field: "spec.description",
		Message: fmt.Sprintf("the description in IAM is %q, not %q: IAM cannot change the description of a policy; set "+
			"spec.description to the one in IAM in a new object, or create the policy under a new name",
			u.got.Description, u.want.Policy.Description),
	}}
}

// differences are the lines of a plan and what no call can close.
func differences(p Plan) []string {
	lines := p.Lines()
	for _, w := range p.Warnings {
		lines = append(lines, w.Message)
	}
	return lines
}

const (
	noteDetachFirst = "first, because the policy will allow more"
	noteVersions    = "because IAM keeps five versions"
)

func (u *policyUpdate) plan() []Step {
	u.tags()
	widens, narrows, changes := u.change()
	attach, detach := missingAttachments(u.want.Policy, u.got), u.undeclared()
	var before []int
	detachFirst := len(detach) > 0 && (u.adopting || widens)
	if detachFirst {
		note := noteDetachFirst
		if u.adopting {
			note = noteCautious
		}
		before = u.add(detach, note, nil)
	}
	var version []int
	if changes {
		version = u.version(before)
	}
	if !narrows && !u.adopting {
		version = nil
	}
	u.add(attach, "", version)
	if !detachFirst {
		u.add(detach, "", nil)
	}
	return u.steps
}

// change compares the documents. What cannot be read is taken for a change in every direction.
func (u *policyUpdate) change() (widens, narrows, changes bool) {
	before, after := policy.NewContent(u.got.Document), policy.NewContent(u.want.Policy.Document)
	if before.Same(after) {
		return false, false, false
	}
	if before.Unreadable() || after.Unreadable() {
		return true, true, true
	}
	e := effect(before, after)
	return e.Widens(), e.Narrows(), true
}

// add appends a step for each operation and returns their indices.
func (u *policyUpdate) add(ops []Operation, note string, needs []int) []int {
	added := make([]int, 0, len(ops))
	for _, op := range ops {
		added = append(added, len(u.steps))
		u.steps = append(u.steps, Step{Op: op, Note: note, Needs: slices.Concat(u.base, needs)})
	}
	return added
}

// version makes room where IAM asks for it, and the new version.
func (u *policyUpdate) version(needs []int) []int {
	if len(u.got.Versions) >= iam.VersionsPerPolicy {
		if oldest := oldestVersion(u.got); oldest != "" {
			room := DeletePolicyVersion{ARN: u.got.ARN, Version: oldest}
			needs = slices.Concat(needs, u.add([]Operation{room}, noteVersions, nil))
		}
	}
	op := CreatePolicyVersion{ARN: u.got.ARN, Old: u.got.Document, New: u.want.Policy.Document}
	return u.add([]Operation{op}, "", needs)
}

func oldestVersion(p iam.Policy) string {
	for _, version := range p.Versions {
		if version != p.DefaultVersionID {
			return version
		}
	}
	return ""
}

func (u *policyUpdate) tagChange() tagChange {
	return tagsDiff(u.want.Policy.Tags, u.got.Tags, desired.Ignore{Tags: u.want.Ignore.Tags}, false)
}

func (u *policyUpdate) tagLimit() Filter {
	return u.tagChange().limit("policy "+u.got.Name, func(op Operation) bool {
		_, ok := op.(TagPolicy)
		return ok
	})
}

// tags compares the tags. When a policy is adopted, its owner tag goes first and everything else waits for it.
func (u *policyUpdate) tags() {
	change := u.tagChange()
	items := change.items(u.adopting,
		TagPolicy{ARN: u.got.ARN, Tags: change.set, AccountTags: u.want.AccountTags},
		UntagPolicy{ARN: u.got.ARN, Keys: change.remove})
	afterClaims(items)
	for _, step := range order(items) {
		if u.adopting {
			step.Needs = slices.Clone(u.base)
			u.base = append(u.base, len(u.steps))
		}
		u.steps = append(u.steps, step)
	}
}

// missingAttachments attach the policy to those users and groups that should have it and have not.
func missingAttachments(want, got iam.Policy) []Operation {
	users, groups := without(want.Users, got.Users), without(want.Groups, got.Groups)
	ops := make([]Operation, 0, len(users)+len(groups))
	for _, user := range users {
		ops = append(ops, AttachUserPolicy{User: user, ARN: got.ARN})
	}
	for _, group := range groups {
		ops = append(ops, AttachGroupPolicy{Group: group, ARN: got.ARN})
	}
	return ops
}

// undeclared detach the policy from those that have it and should not.
func (u *policyUpdate) undeclared() []Operation {
	document := u.got.Document
	if len(policy.NewContent(u.want.Policy.Document).Denies()) > 0 {
		document = u.want.Policy.Document // which may be in force by then
	}
	return detachments(u.got, u.want.Policy, document, u.want.Ignore)
}
