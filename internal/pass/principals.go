// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// withMissing tells the plan of the principals that IAM could not find before and still cannot: a trust policy is
// written without them until they exist. Roles that trust each other come to be so.
func (t *turn) withMissing(ctx context.Context, got iam.Observation) (iam.Observation, error) {
	missing := t.mem.MissingPrincipals()
	if len(missing) == 0 {
		return got, nil
	}
	err := t.inquire(ctx, questionsOf(missing))
	got.MissingPrincipals = plan.MissingPrincipals(missing, t.answers)
	return got, err
}

// lookForPrincipals goes on without the principals that IAM could not find, once it is known which these are.
func (t *turn) lookForPrincipals(ctx context.Context, got iam.Observation, standing standing) error {
	if !t.out.execution.failedWith(iam.ClassPrincipalNotFound) {
		if len(got.MissingPrincipals) == 0 {
			t.mem.SetMissingPrincipals(nil)
		}
		return nil
	}
	asked := map[string]plan.Question{}
	for _, r := range t.out.execution.results {
		if trust := r.op.Trust(); r.err != nil && trust != "" {
			asked = plan.PrincipalQuestions(trust, t.out.scope.Identity.AccountID)
		}
	}
	// An answer of this pass may be older than the refusal.
	for _, q := range asked {
		delete(t.answers, q)
	}
	if err := t.inquire(ctx, questionsOf(asked)); err != nil {
		return err
	}
	missing := plan.MissingPrincipals(asked, t.answers)
	if len(missing) == 0 || len(got.MissingPrincipals) > 0 {
		return nil
	}
	t.mem.SetMissingPrincipals(asked)
	t.out.problems = nil
	after := t.out.execution.after
	after.MissingPrincipals = missing
	return t.ensure(ctx, after, standing)
}

func questionsOf(asked map[string]plan.Question) []plan.Question {
	questions := make([]plan.Question, 0, len(asked))
	for _, q := range asked {
		questions = append(questions, q)
	}
	return questions
}
