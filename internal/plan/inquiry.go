// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// RoleQuestions are those that Diff depends on: what the policies allow and deny that come to a role that exists, and
// whether one boundary lies within the other. A role that is created is permitted nothing before.
func RoleQuestions(want desired.Role, got iam.Observation) []Question {
	if want.Absent || got.Role == nil {
		return nil
	}
	if taking := want.Taking(standingsOf(want, got).role); taking.Refusal != "" || taking.OnlyEqual {
		return nil
	}
	var questions []Question
	ask := func(arn string) {
		if got.PolicyDocuments[arn] == "" {
			questions = append(questions, Question{AskPolicy, arn})
		}
	}
	if old, new := got.Role.Boundary, want.Role.Boundary; old != "" && new != "" && old != new {
		ask(old)
		ask(new)
	}
	for _, arn := range sortedSet(want.Role.Attached) {
		if !slices.Contains(got.Role.Attached, arn) {
			ask(arn)
		}
	}
	for _, arn := range sortedSet(got.Role.Attached) {
		// The document of a policy that was declared until now was not read.
		if _, ours := got.PolicyDocuments[arn]; ours && !slices.Contains(want.Role.Attached, arn) {
			ask(arn)
		}
	}
	return questions
}

// WithDocuments returns the observation with the documents of the policies that were asked for.
func WithDocuments(got iam.Observation, answers Answers) iam.Observation {
	documents := maps.Clone(got.PolicyDocuments)
	if documents == nil {
		documents = map[string]string{}
	}
	for q, a := range answers {
		if q.Kind == AskPolicy && a.Policy != nil && documents[q.Subject] == "" {
			documents[q.Subject] = a.Policy.Document
		}
	}
	got.PolicyDocuments = documents
	return got
}

// Inquiries are the questions that judging the plan needs: whether what its calls name exists. Nothing is asked for a
// plan that takes nothing away, whose calls find out by themselves.
func (p Plan) Inquiries() []Question {
	var list []Question
	if !p.takes() {
		return list
	}
	for _, s := range p.Steps {
		for _, d := range s.Op.dependsOn(p.Account) {
			if !slices.Contains(list, d.Question) {
				list = append(list, d.Question)
			}
		}
	}
	return list
}

func (p Plan) takes() bool { return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Takes }) }

// Foresee withholds the calls that the answers say will fail, and everything that the plan takes away in favour of what
// then cannot come. What is not answered counts as not there.
func (p Plan) Foresee(answers Answers) Plan {
	if !p.takes() {
		return p
	}
	return p.withoutFailing(func(op Operation) (bool, v1alpha1.Reason, string) {
		for _, d := range op.dependsOn(p.Account) {
			if a, answered := answers[d.Question]; !answered || d.missing(a) {
				w := d.withheld(op, answered)
				return false, w.Reason, w.Message
			}
		}
		return true, "", ""
	})
}

// withheld is why a call would fail.
func (d dependence) withheld(op Operation, answered bool) Withheld {
	w := Withheld{Op: op, Reason: v1alpha1.ReasonNotFoundInAWS, Message: op.NotFound()}
	what := "policy " + policyName(d.arn)
	if d.Kind == AskRole {
		what = "role " + d.Subject
		w.Message = what + ", which the trust policy names, does not exist; create it, or correct " +
			"spec.trust.additionalStatements"
	}
	if !answered {
		w.Reason, w.Message = v1alpha1.ReasonProgressing, "whether "+what+" exists is not known yet"
	}
	return w
}
