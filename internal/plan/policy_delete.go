// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// removePolicy plans the deletion of a policy that is ours: it is detached from all but those that keep it from being
// deleted, then its versions go, then it goes itself.
func removePolicy(want desired.Policy, got iam.Policy, standing ownership.Standing) Plan {
	if !standing.Owned() {
		return Plan{}
	}
	if standing.Held {
		return Plan{Refusal: deletionBlocked("the tag " + v1alpha1.TagHold + " in AWS holds policy " + got.Name +
			" as it is: remove the tag, or set deletionPolicy to Retain")}
	}
	var p Plan
	keep := iam.Policy{Roles: want.Policy.Roles}
	for _, op := range detachments(got, keep, got.Document, want.Ignore) {
		p.Steps = append(p.Steps, Step{Op: op})
	}
	if users := remaining(want, got); len(users) > 0 {
		p.Withheld = []Withheld{{
			Op: DeletePolicy{ARN: got.ARN}, Reason: v1alpha1.ReasonDeletionBlocked,
			Message: "still used by " + strings.Join(users, ", ") +
				": take it away from them, or set deletionPolicy to Retain",
		}}
		return p
	}
	detached := indices(0, len(p.Steps))
	for _, version := range got.Versions {
		if version != got.DefaultVersionID {
			p.Steps = append(p.Steps, Step{Op: DeletePolicyVersion{ARN: got.ARN, Version: version}, Needs: detached})
		}
	}
	p.Steps = append(p.Steps, Step{Op: DeletePolicy{ARN: got.ARN}, Needs: indices(0, len(p.Steps))})
	return p
}

// remaining are those that use the policy and that its deletion does not take it from: roles whose ECSRole refers
// to it, attachments that are ignored, and those that it bounds.
func remaining(want desired.Policy, got iam.Policy) []string {
	var users []string
	for _, role := range sortedSet(want.Policy.Roles) {
		users = append(users, "role "+role+" (an ECSRole refers to it)")
	}
	for _, attached := range desired.Attachments(got) {
		kind, name, _ := strings.Cut(attached, "/")
		referred := kind == "role" && containsFold(want.Policy.Roles, name)
		if !referred && desired.MatchesAnyFold(want.Ignore.Attachments, attached) {
			users = append(users, kind+" "+name+" (under spec.ignore.attachments)")
		}
	}
	for _, bounded := range sortedSet(got.Bounds) {
		users = append(users, strings.Replace(bounded, "/", " ", 1)+" (as its permissions boundary)")
	}
	return users
}

// ReleasePolicy plans to let go of the policy and leave it in AWS, as Release does of a role.
func ReleasePolicy(want desired.Policy, got iam.Observation) Plan {
	p := got.Policy
	if p == nil || !want.OfPolicy(*p).Owned() {
		return Plan{}
	}
	mark := map[string]string{v1alpha1.TagReleased: want.Owner}
	return Plan{Steps: release(nil, tagsDiff(mark, p.Tags, everyTag, false),
		TagPolicy{ARN: p.ARN, Tags: mark}, UntagPolicy{ARN: p.ARN, Keys: ownership.Spellings(p.Tags, v1alpha1.TagOwner)})}
}

// detachments detach a policy with a document from all but those that may keep it and those that are ignored.
func detachments(got, keep iam.Policy, document string, ignore desired.PolicyIgnore) []Operation {
	ignored := func(kind, name string) bool { return desired.MatchesAnyFold(ignore.Attachments, kind+"/"+name) }
	var ops []Operation
	for _, user := range without(got.Users, keep.Users) {
		if !ignored("user", user) {
			ops = append(ops, DetachUserPolicy{User: user, ARN: got.ARN, Old: document})
		}
	}
	for _, group := range without(got.Groups, keep.Groups) {
		if !ignored("group", group) {
			ops = append(ops, DetachGroupPolicy{Group: group, ARN: got.ARN, Old: document})
		}
	}
	for _, role := range without(got.Roles, keep.Roles) {
		if !ignored("role", role) {
			ops = append(ops, WithdrawFromRole{Role: role, ARN: got.ARN, Old: document})
		}
	}
	return ops
}
