// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// KeeperQuestions are those whose answers tell which roles keep a policy that no reference of theirs gives them.
func KeeperQuestions(want desired.Policy, got iam.Observation) []Question {
	roles := undeclaredRoles(want, got)
	questions := make([]Question, 0, 2*len(roles))
	for _, role := range roles {
		questions = append(questions, Question{AskRole, role}, Question{AskOwners, role})
	}
	return questions
}

// PolicyQuestions are those that DiffPolicy depends on: who keeps the policy, and which versions there are when one
// must be made and what was observed does not say.
func PolicyQuestions(want desired.Policy, got iam.Observation) []Question {
	if want.Absent || got.Policy == nil {
		return nil
	}
	questions := KeeperQuestions(want, got)
	observed, wanted := policy.NewContent(got.Policy.Document), policy.NewContent(want.Policy.Document)
	if len(got.Policy.Versions) == 0 && !observed.Same(wanted) {
		questions = append(questions, Question{AskVersions, got.Policy.ARN})
	}
	return questions
}

// WithVersions returns the observation with the versions that were asked for.
func WithVersions(got iam.Observation, answers Answers) iam.Observation {
	if got.Policy == nil {
		return got
	}
	answer := answers[Question{AskVersions, got.Policy.ARN}]
	if answer.Policy == nil {
		return got
	}
	complete := *got.Policy
	complete.Versions = answer.Policy.Versions
	got.Policy = &complete
	return got
}

// WithKeepers returns the policy with the roles that keep it among those that may have it: it is not for the policy to
// leave a role that an object owns, which loses what it does not declare in the order of its own plan, after it got
// what replaces it; nor one that was let go of, or is held. Of a role that nothing is known of it is not taken away.
func WithKeepers(want desired.Policy, got iam.Observation, answers Answers) desired.Policy {
	if want.Absent {
		return want
	}
	roles := slices.Clone(want.Policy.Roles)
	for _, role := range undeclaredRoles(want, got) {
		seen, known := answers[Question{AskRole, role}]
		owners, asked := answers[Question{AskOwners, role}]
		if !known || !asked || keeps(seen, owners) {
			roles = append(roles, role)
		}
	}
	want.Policy.Roles = roles
	return want
}

func keeps(seen, owners Answer) bool {
	if seen.Role == nil || owners.Leaving || ownership.Held(seen.Role.Tags) || ownership.Released(seen.Role.Tags) {
		return true
	}
	owner, tagged := ownership.Tag(seen.Role.Tags, v1alpha1.TagOwner)
	return tagged && slices.Contains(owners.Owners, owner)
}

// undeclaredRoles are the roles that have the policy although nothing declares it, but for those that are ignored.
func undeclaredRoles(want desired.Policy, got iam.Observation) []string {
	if got.Policy == nil {
		return nil
	}
	return slices.DeleteFunc(without(got.Policy.Roles, want.Policy.Roles), func(role string) bool {
		return desired.MatchesAnyFold(want.Ignore.Attachments, "role/"+role)
	})
}
