// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// JudgeQuestions implements pass.Wanted: what the roles have beside a policy that would permit more.
func (w wantedPolicy) JudgeQuestions(got iam.Observation, p plan.Plan) []plan.Question {
	end := p.End(got)
	if w.policy.Absent || w.guard.bounds == nil || end.Policy == nil || !widening(p) {
		return nil
	}
	questions := w.guard.passing.questions(end.Policy.Document)
	if !w.guard.bounds.Restricted() || !guardrail.HasPathMember(policy.NewContent(end.Policy.Document)) {
		return questions
	}
	for _, role := range end.Policy.Roles {
		questions = append(questions, plan.Question{Kind: plan.AskHolder, Subject: role})
	}
	return questions
}

// ForcedBoundary implements pass.Wanted.
func (wantedPolicy) ForcedBoundary() (string, bool) { return "", false }

// Judge implements pass.Wanted.
func (w wantedPolicy) Judge(would iam.Observation, answers plan.Answers) []guardrail.Violation {
	if w.policy.Absent || w.guard.bounds == nil || would.Policy == nil {
		return nil
	}
	p, spec := would.Policy, &w.guard.inputs.Policy.Spec
	judged := guardrail.Policy{
		Document: guardrail.Document{
			Field: "spec.statements", Content: policy.NewContent(p.Document),
			At: func(i int) string { return fmt.Sprintf("spec.statements[%d]", i) },
		},
		Users: p.Users, Groups: p.Groups, Tags: declared(p.Tags, w.guard.inputs.Account, w.policy.Ignore.Tags),
		DeletionPolicy: spec.DeletionPolicy, Holders: holders(*p, answers, w.guard.coming),
		Passes: w.guard.passing.admits(answers),
	}
	if spec.Ignore != nil {
		for _, pattern := range spec.Ignore.Attachments {
			judged.IgnoredAttachments = append(judged.IgnoredAttachments, string(pattern))
		}
		for _, pattern := range spec.Ignore.Tags {
			judged.IgnoredTags = append(judged.IgnoredTags, string(pattern))
		}
	}
	return append(w.guard.bounds.JudgePolicy(judged), w.forbidden...)
}

// anything is what a document is taken for that cannot be read.
const anything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// holders are the other documents of the roles that have the policy, as far as they were asked for, or are about to.
// One that was not there any more holds nothing.
func holders(
	p iam.Policy, answers plan.Answers, coming map[string][]guardrail.Document,
) map[string][]guardrail.Document {
	found := maps.Clone(coming)
	if found == nil {
		found = map[string][]guardrail.Document{}
	}
	for _, name := range p.Roles {
		answer, asked := answers[plan.Question{Kind: plan.AskHolder, Subject: name}]
		if !asked || answer.Role == nil {
			continue
		}
		role := answer.Role
		documents := slices.Clone(coming[name])
		for _, inline := range slices.Sorted(maps.Keys(role.InlinePolicies)) {
			documents = append(documents, guardrail.Document{
				Part: "inline/" + inline, Field: "inline policy " + inline + " of role " + name,
				Content: policy.NewContent(role.InlinePolicies[inline]),
			})
		}
		for _, arn := range role.Attached {
			if arn != p.ARN {
				text, known := answer.Documents[arn]
				if !known {
					text = anything
				}
				documents = append(documents, guardrail.Document{
					Part: "attached/" + arn, Field: "policy " + nameIn(arn) + " of role " + name,
					Content: policy.NewContent(text),
				})
			}
		}
		found[name] = documents
	}
	return found
}
