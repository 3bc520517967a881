// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// bringAbout brings the entities from what was observed to what is wanted.
func (t *turn) bringAbout(ctx context.Context, got iam.Observation) error {
	got, standing, err := t.prepare(ctx, got)
	if err != nil {
		return err
	}
	if err := t.ensure(ctx, got, standing); err != nil {
		return err
	}
	return t.lookForPrincipals(ctx, got, standing)
}

// prepare says whose the entity is, and whether the object may have it. It returns the observation with what is known
// beside it.
func (t *turn) prepare(ctx context.Context, got iam.Observation) (iam.Observation, standing, error) {
	whose := t.standing(got)
	t.contest = t.contest.at(got)
	if err := t.claimed(ctx, got, whose); err != nil {
		return got, whose, err
	}
	got, err := t.withMissing(ctx, t.mem.WithOwnAttachments(got))
	return got, whose, err
}

// verified looks at an entity that was taken for absent and that the pass did not create, and goes on with what it
// finds. Where there is none, what became of the pass stands.
func (t *turn) verified(ctx context.Context) error {
	stopped := t.out.execution.failedWith(iam.ClassThrottled, iam.ClassUnavailable, iam.ClassCredentials)
	if !t.presumed || t.out.execution.created() || stopped {
		return nil
	}
	t.presumed = false
	taken := t.out.execution.failedWith(iam.ClassConflict)
	if taken { // possibly by what this controller or another created a moment ago
		t.mem.Uncertain(t.Clock.Now())
	}
	got, err := t.observe(ctx)
	if err != nil {
		return err
	}
	switch {
	case got.Role != nil || got.Policy != nil:
		t.out.problems = nil
		return t.bringAbout(ctx, got)
	case taken:
		t.out.problems = nil
		return NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"%s %s exists already and AWS does not show it yet; looking again", t.kind.Noun, t.out.want.Name())
	}
	return nil
}
