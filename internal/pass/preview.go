// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Preview is what a pass over an object would do now.
type Preview struct {
	// Noun is what the entity is called and Name its name in IAM, empty where that is not known.
	Noun, Name string
	// AccountID is the AWS account, empty where it was not asked.
	AccountID string
	// Observed are the entities as they are; Seen says that they were looked at.
	Observed iam.Observation
	Seen     bool
	// Plan has the operations that would be made, and those that would be withheld.
	Plan plan.Plan
	// Cause says why there is a plan, as far as it is known.
	Cause v1alpha1.OperationCause
	// Problems are why the pass would not come to a plan, or not to the whole of it.
	Problems []*Problem
	// Warnings are those that the status would have.
	Warnings []v1alpha1.Warning
	// Leaves says why deletion leaves the entity in AWS, empty where it does not.
	Leaves string
	// Paused says that no pass is made.
	Paused bool
}

// Preview goes through a pass over an object and writes nothing, neither to AWS nor to Kubernetes. An error is one of
// the Kubernetes API.
func (r *Reconciler) Preview(ctx context.Context, object Object) (Preview, error) {
	ctx = iam.WithObject(ctx, r.kind.Kind, object.GetNamespace(), object.GetName())
	t := r.newTurn(object)
	var leaves string
	var err error
	if t.out.deleting {
		leaves, err = t.foreseeDeletion(ctx)
	} else {
		err = t.foresee(ctx)
	}
	p, err := AsProblem(err)
	if p != nil {
		t.out = t.out.failed(p)
	}
	if t.leave != nil {
		t.leave(t.out.answered())
	}
	preview := Preview{
		Noun: r.kind.Noun, AccountID: t.out.scope.Identity.AccountID, Observed: t.out.observed, Seen: t.out.seen,
		Plan: t.out.plan, Cause: t.out.cause, Problems: t.out.problems, Leaves: leaves, Paused: paused(object),
		Warnings: warnings(t.out, object.SharedSpec().Checks),
	}
	if t.out.want != nil {
		preview.Name = t.out.want.Name()
	}
	return preview, err
}

// Effect is the one word for what an operation does to what is permitted.
func Effect(op plan.Operation) v1alpha1.OperationEffect { return effect(op) }

// foresee plans for an object that is not being deleted.
func (t *turn) foresee(ctx context.Context) error {
	got, err := t.approach(ctx, func() error { return nil }, t.intend)
	if err != nil {
		return err
	}
	got, standing, err := t.prepare(ctx, got)
	if err != nil {
		return err
	}
	return t.intend(ctx, got, standing)
}

// foreseeDeletion plans for an object that is being deleted. It returns why the entity is left in AWS, if it is.
func (t *turn) foreseeDeletion(ctx context.Context) (leaves string, err error) {
	retain, why, err := t.retains(ctx)
	if err != nil {
		return "", err
	}
	if !retain {
		why = ""
	}
	if err := t.gatherAbsent(ctx); err != nil {
		return why, err
	}
	got, err := t.observeForDeletion(ctx)
	if err != nil {
		return why, err
	}
	o := &t.out
	o.observed, o.seen, o.cause = got, true, v1alpha1.CauseDeletion
	switch {
	case t.kind.Autonomous != nil && (retain || t.contest.winner != nil):
		return why, nil
	case t.kind.Autonomous != nil:
		o.plan = t.kind.Autonomous.Begin(got)
	case retain:
		return why, t.foreseeRelease(ctx, got, why)
	default:
		if o.plan, err = t.diff(ctx, got); err != nil {
			return why, err
		}
	}
	return why, t.unapproved(ctx)
}

// foreseeRelease plans for an entity that is left in AWS, which the account may not let be.
func (t *turn) foreseeRelease(ctx context.Context, got iam.Observation, why string) error {
	released := t.out.want.Release(got)
	if len(released.Steps) > 0 {
		if bound, err := t.mustGo(ctx); err != nil || bound {
			t.out.problems = append(t.out.problems, t.unretained(why))
			return err
		}
	}
	t.out.plan = released
	return nil
}

// unapproved has the deletion of a role withheld that is in use and was not approved. The approval is not used up.
func (t *turn) unapproved(ctx context.Context) error {
	why, ops := t.inUse(t.out.plan)
	if why == "" {
		return nil
	}
	approval, err := t.approvalFor(ctx, t.request(t.object, v1alpha1.ApproveDelete, planDigest(ops), ops))
	if approval == nil && err == nil {
		t.out.plan = t.out.plan.Permit(plan.Protected(why))
	}
	return err
}
