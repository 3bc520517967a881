// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// closing is what becomes of the difference between what is wanted and what was observed.
type closing func(ctx context.Context, got iam.Observation, standing standing) error

// ensure plans for what was observed, and makes the calls.
func (t *turn) ensure(ctx context.Context, got iam.Observation, standing standing) error {
	if err := t.intend(ctx, got, standing); err != nil {
		return err
	}
	if wait := t.succession(got); wait > 0 && len(t.out.plan.Steps) > 0 {
		t.out.seen, t.out.drift, t.out.plan = false, false, plan.Plan{}
		return NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"AWS differs from the spec and may not show yet what was written a moment ago; it is read again").NotBefore(wait)
	}
	t.apply(ctx, got)
	return nil
}

// intend plans for what was observed, and holds back what may not be done.
func (t *turn) intend(ctx context.Context, got iam.Observation, standing standing) error {
	p, err := t.diff(ctx, got)
	if err != nil {
		return err
	}
	if p, err = t.guard(ctx, got, p); err != nil {
		return err
	}
	t.permit(ctx, got, p, standing)
	return nil
}

// succession is for how long a difference may be none, because an earlier controller wrote a moment ago: what it wrote
// is not remembered here, only that it did.
func (t *turn) succession(got iam.Observation) time.Duration {
	last := t.object.Shared().LastAppliedTime
	if last == nil || forcedPass(t.object) || t.mem.Applied().Wanted != "" || !t.isDrift(got) {
		return 0
	}
	return belief.Suspicion + time.Second - t.out.began.Sub(last.Time) // the time is written in whole seconds
}

// partly is the pass over an object that refers to what is not there. It waits with everything but what must not stay:
// what must not be passed, because it is gone or someone else's, must not stay until a person corrects the reference.
func (t *turn) partly(ctx context.Context, unready *Problem, ensure closing) error {
	got, err := t.observe(ctx)
	if err != nil {
		return unready
	}
	standing := t.standing(got)
	if !standing.owned {
		return unready
	}
	t.out.outside = t.contest.at(got).outside()
	if err := ensure(ctx, got, standing); err != nil {
		return err
	}
	return unready
}

// diff makes the plan, and has withheld what its calls can be foreseen to fail at. It asks what the plan depends on; a
// question without an answer is a problem of its own, and leaves withheld what depends on it.
func (t *turn) diff(ctx context.Context, got iam.Observation) (plan.Plan, error) {
	if err := t.answer(ctx, t.out.want.Questions(got)); err != nil {
		return plan.Plan{}, err
	}
	p := t.out.want.Diff(got, t.answers)
	if err := t.answer(ctx, p.Inquiries()); err != nil {
		return plan.Plan{}, err
	}
	return p.Foresee(t.answers), nil
}
