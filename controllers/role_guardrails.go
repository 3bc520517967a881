// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

func newGuardedRole(f *roleFacts, in desired.Inputs) guardedRole {
	g := guardedRole{
		bounds: f.bounds, inputs: in,
		passing: passing{own: f.ownRoles, owners: ownersIn(in.Account, in.ClusterID, in.Role.Namespace)},
	}
	if kind, known := roletype.Lookup(in.Role.Spec.Type); known {
		settings := roletype.AttachSettings{Partition: in.Partition, Capabilities: in.Role.Spec.Capabilities}
		if cd := in.Role.Spec.CodeDeploy; cd != nil {
			settings.CodeDeploy = cd.ManagedPolicy
		}
		g.byType = kind.PolicyARNs(settings)
	}
	for _, ref := range in.PolicyRefs {
		g.referred = append(g.referred, ref.ARN)
	}
	g.coming = comingPolicies(f, in)
	return g
}

// honoured leaves of what an object ignores what the account lets it ignore.
func (g guardedRole) honoured(ignore desired.Ignore) desired.Ignore {
	return desired.Ignore{
		Tags:              g.bounds.Ignorable(guardrail.IgnoredTags, ignore.Tags),
		InlinePolicies:    g.bounds.Ignorable(guardrail.IgnoredInlinePolicies, ignore.InlinePolicies),
		ManagedPolicyARNs: g.bounds.Ignorable(guardrail.IgnoredManagedPolicies, ignore.ManagedPolicyARNs),
	}
}

// JudgeQuestions implements pass.Wanted: the documents of attached policies, whose the roles are that a plan would let
// it pass, and whether the account's boundary can be relied on when a plan would set it.
func (w wantedRole) JudgeQuestions(got iam.Observation, p plan.Plan) []plan.Question {
	var questions []plan.Question
	if w.role.Absent || w.guard.bounds == nil {
		return nil
	}
	end := p.End(got)
	if end.Role == nil {
		return nil
	}
	widens := widening(p)
	for _, arn := range end.Role.Attached {
		if !w.guard.judges(arn, end) {
			continue
		}
		// What is widened is judged by what its policies permit now, not within the hour.
		kind := plan.AskDocument
		if widens && !strings.Contains(arn, ":iam::aws:") {
			kind = plan.AskPolicy
		}
		if kind == plan.AskPolicy || got.PolicyDocuments[arn] == "" {
			questions = append(questions, plan.Question{Kind: kind, Subject: arn})
		}
	}
	if !widens {
		return questions
	}
	questions = append(questions, w.guard.passing.questions(slices.Collect(maps.Values(end.Role.InlinePolicies))...)...)
	if w.setsBoundary(p) {
		forced, _ := w.ForcedBoundary()
		questions = append(questions, plan.Question{Kind: plan.AskPolicy, Subject: forced})
	}
	return questions
}

func (w wantedRole) setsBoundary(p plan.Plan) bool {
	forced, _ := w.ForcedBoundary()
	return forced != "" && slices.ContainsFunc(p.Steps, func(s plan.Step) bool {
		set, sets := s.Op.(plan.SetBoundary)
		created, creates := s.Op.(plan.CreateRole)
		return sets && set.New == forced || creates && created.Role.Boundary == forced
	})
}

// judges reports whether the document of a policy plays a part in the judgement. What the controller attaches by itself
// may permit what it does, unless the account denies something or other policies may complete it.
func (g guardedRole) judges(arn string, end iam.Observation) bool {
	switch {
	case g.bounds.Denies():
		return true
	case !g.bounds.Restricted():
		return false
	case !slices.Contains(g.byType, arn):
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(end.Role.InlinePolicies)), func(text string) bool {
		return guardrail.HasPathMember(policy.NewContent(text))
	})
}

// ForcedBoundary implements pass.Wanted.
func (w wantedRole) ForcedBoundary() (arn string, had bool) {
	if w.guard.bounds == nil {
		return "", false
	}
	arn, _ = w.guard.bounds.Boundary()
	return arn, arn != "" && w.guard.inputs.Role.Status.PermissionsBoundary == arn
}

// Judge implements pass.Wanted.
func (w wantedRole) Judge(would iam.Observation, answers plan.Answers) []guardrail.Violation {
	if w.role.Absent || w.guard.bounds == nil || would.Role == nil {
		return nil
	}
	g, spec, role := w.guard, &w.guard.inputs.Role.Spec, would.Role
	judged := guardrail.Role{
		Type: spec.Type, Trust: g.trust(role.Trust), Boundary: role.Boundary,
		DeclaredBoundary: g.inputs.DeclaredBoundary(), Ignore: spec.Ignore,
		Tags:           declared(role.Tags, g.inputs.Account, w.role.Ignore.Tags),
		DeletionPolicy: spec.DeletionPolicy, Passes: g.passing.admits(answers),
	}
	for _, name := range slices.Sorted(maps.Keys(role.InlinePolicies)) {
		judged.Documents = append(judged.Documents, w.inline(name, role.InlinePolicies[name]))
	}
	for _, arn := range role.Attached {
		if g.judges(arn, would) {
			d := g.attached(arn, would, answers)
			d.Ignored = desired.MatchesAnyFold(w.role.Ignore.ManagedPolicyARNs, arn)
			judged.Documents = append(judged.Documents, d)
		}
	}
	for _, d := range g.coming {
		if slices.Contains(role.Attached, strings.TrimPrefix(d.Part, "attached/")) {
			judged.Coming = append(judged.Coming, d)
		}
	}
	violations := g.bounds.Judge(judged)
	forced, _ := w.ForcedBoundary()
	if answer, asked := answers[plan.Question{Kind: plan.AskPolicy, Subject: forced}]; asked && forced != "" {
		violations = append(violations, g.bounds.Distrusts(policyOf(answer))...)
	}
	return violations
}

// policyOf are the tags of a policy, nil for one that does not exist.
func policyOf(answer plan.Answer) *guardrail.BoundaryPolicy {
	if answer.Missing || answer.Policy == nil {
		return nil
	}
	owner, owned := ownership.Tag(answer.Policy.Tags, v1alpha1.TagOwner)
	if !owned {
		owner, owned = ownership.Tag(answer.Policy.Tags, v1alpha1.TagReleased)
	}
	return &guardrail.BoundaryPolicy{Owned: owned, Owner: owner}
}

// inline is an inline policy, that of the object or one that others added.
func (w wantedRole) inline(name, text string) guardrail.Document {
	d := guardrail.Document{Part: "inline/" + name, Content: policy.NewContent(text)}
	if _, own := w.role.Role.InlinePolicies[name]; !own {
		d.Field = "inline policy " + name + ", which others added"
		return d
	}
	statements := len(w.guard.inputs.Role.Spec.Statements)
	d.Field = "spec.statements"
	d.At = func(i int) string {
		if i < statements {
			return fmt.Sprintf("spec.statements[%d]", i)
		}
		return "spec.grants"
	}
	return d
}

// attached is a managed policy.
func (g guardedRole) attached(arn string, would iam.Observation, answers plan.Answers) guardrail.Document {
	d := guardrail.Document{
		Part: "attached/" + arn, ARN: arn, Field: "policy " + nameIn(arn) + ", which others attached",
		ByType: slices.Contains(g.byType, arn), Referred: slices.Contains(g.referred, arn),
	}
	for i, p := range g.inputs.Role.Spec.ManagedPolicies {
		if p.PolicyRef != nil && g.inputs.PolicyRefs[p.PolicyRef.Name].ARN == arn {
			d.Field = fmt.Sprintf("spec.managedPolicies[%d].policyRef", i)
		} else if g.inputs.Names(string(p.ARN), arn) {
			d.Field = fmt.Sprintf("spec.managedPolicies[%d].arn", i)
		}
	}
	if d.ByType {
		d.Field = "spec.type (policy " + nameIn(arn) + ")"
	} else if slices.Contains(g.replaced(), arn) {
		d.Field = "spec.defaultManagedPolicies (policy " + nameIn(arn) + ")"
	}
	if text := would.PolicyDocuments[arn]; text != "" {
		d.Content = policy.NewContent(text)
	}
	for _, kind := range []plan.QuestionKind{plan.AskDocument, plan.AskPolicy} {
		if answer := answers[plan.Question{Kind: kind, Subject: arn}]; answer.Policy != nil {
			d.Content = policy.NewContent(answer.Policy.Document)
		}
	}
	return d
}

// replaced are the policies that defaultManagedPolicies: Attach brings.
func (g guardedRole) replaced() []string {
	kind, known := roletype.Lookup(g.inputs.Role.Spec.Type)
	if !known || g.inputs.Role.Spec.DefaultManagedPolicies != v1alpha1.DefaultManagedPoliciesAttach {
		return nil
	}
	return kind.PolicyARNs(roletype.AttachSettings{
		Partition: g.inputs.Partition, Defaults: v1alpha1.DefaultManagedPoliciesAttach,
		Capabilities: g.inputs.Role.Spec.Capabilities,
	})
}

func (g guardedRole) trust(text string) guardrail.Trust {
	t := guardrail.Trust{Content: policy.NewContent(text), Type: g.inputs.Role.Spec.Type}
	for _, p := range g.inputs.Account.Spec.ServicePrincipals {
		if p.Type == t.Type {
			t.Service = p.Name
		}
	}
	t.At = func(i int) string {
		if i == 0 {
			return "spec.trust"
		}
		return fmt.Sprintf("spec.trust.additionalStatements[%d]", i-1)
	}
	return t
}
