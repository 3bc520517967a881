// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// inquire asks the questions that have no answer yet. It returns the first problem; the others are asked nevertheless.
func (t *turn) inquire(ctx context.Context, questions []plan.Question) error {
	var first error
	for _, q := range t.answers.Unanswered(questions) {
		answer, err := t.ask(t.reading(ctx), q)
		switch {
		case err == nil:
			t.answers[q] = answer
		case first == nil:
			first = err
		}
	}
	return first
}

// ask asks one question: AWS, or the cluster for those that concern objects.
func (t *turn) ask(ctx context.Context, q plan.Question) (plan.Answer, error) {
	switch q.Kind {
	case plan.AskRole:
		got, err := t.whole.ObserveBareRole(ctx, q.Subject)
		return plan.Answer{Missing: got.Role == nil, Role: got.Role}, readError(err)
	case plan.AskPolicy:
		got, err := t.whole.LookUpPolicy(ctx, q.Subject, true)
		return plan.Answer{Missing: got == nil, Policy: got}, readError(err)
	case plan.AskVersions:
		got, err := t.whole.ObservePolicy(ctx, iam.PolicyQuery{ARN: q.Subject, Name: path.Base(q.Subject)})
		return plan.Answer{Missing: got.Policy == nil, Policy: got.Policy}, readError(err)
	case plan.AskDocument:
		return t.document(ctx, q.Subject)
	case plan.AskHolder:
		return t.holder(ctx, q.Subject)
	case plan.AskOwners:
		return t.owners(ctx, q.Subject)
	}
	return plan.Answer{}, errors.New("asking AWS: a question of an unknown kind")
}

// owners are the owner tags of the ECSRoles that stand for a role, under this and the former cluster ids.
func (t *turn) owners(ctx context.Context, role string) (plan.Answer, error) {
	var answer plan.Answer
	var err error
	if answer.Leaving, err = t.CRDTerminating(ctx, "ecsroles"); err != nil || answer.Leaving {
		return answer, err
	}
	name := guardrail.Name{Entity: guardrail.EntityRole, Value: role}
	roles, err := t.RolesAskingFor(ctx, name, t.out.scope.Account)
	if err != nil {
		return answer, fmt.Errorf("listing the ECSRoles of role %s: %w", role, err)
	}
	clusters := []string{t.ClusterID}
	for _, id := range t.out.scope.Account.Spec.FormerClusterIDs {
		clusters = append(clusters, string(id))
	}
	for i := range roles {
		for _, cluster := range clusters {
			answer.Owners = append(answer.Owners, cluster+"/"+roles[i].Namespace+"/"+roles[i].Name)
		}
	}
	return answer, nil
}

// answer asks questions without which the pass can go on.
func (t *turn) answer(ctx context.Context, questions []plan.Question) error {
	p, err := AsProblem(t.inquire(ctx, questions))
	if p != nil {
		t.out = t.out.failed(p)
	}
	return err
}
