// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// gatherAbsent gathers, and builds what a deleted object stands for: nothing under its names.
func (t *turn) gatherAbsent(ctx context.Context) error {
	if err := t.gather(ctx); err != nil {
		return err
	}
	return t.want(ctx)
}

func deletionProblem(p *Problem) *Problem {
	if p.reason != v1alpha1.ReasonAccountNotFound {
		return p
	}
	return p.Adding("; to delete this object without touching AWS, ask an administrator to create an " +
		v1alpha1.KindECSChangeApproval + " with operation Abandon for it")
}

// carryOut executes a plan that takes something away, and remembers what it left.
func (t *turn) carryOut(ctx context.Context, got iam.Observation, p plan.Plan) {
	o := &t.out
	o.plan, o.observed, o.seen, o.cause = p, got, true, v1alpha1.CauseDeletion
	o.execution = execute(ctx, t.aws, t.changes(), p, got)
	o.observed = o.execution.after
	if o.execution.wrote() {
		o.wroteAt = t.Clock.Now()
		t.mem.Wrote(belief.Write{Before: got, After: o.execution.after}, o.wroteAt)
	}
	o.addPlanProblems(t.circumstances(0, false))
}

func (t *turn) letGo(ctx context.Context, note string) error {
	t.event(t.object, normal, v1alpha1.ReasonReleased, "Release", note)
	return t.done(ctx)
}

func (t *turn) done(ctx context.Context) error {
	t.out.gone, t.out.problems = true, nil
	return t.removeFinalizer(ctx, t.object)
}
