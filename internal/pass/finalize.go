// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"cmp"
	"context"

	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// releaseAttempts is how many passes may fail for reasons that heal by themselves before a retained entity is let go
// without its tags being changed.
const releaseAttempts = 5

// finalize is one pass over an object that is being deleted.
func (t *turn) finalize(ctx context.Context) error {
	if !controllerutil.ContainsFinalizer(t.object, v1alpha1.Finalizer) {
		t.out.gone = true
		return nil
	}
	abandoned, err := t.approved(ctx, v1alpha1.ApproveAbandon, t.object.Shared().Plan.Digest, nil)
	if err != nil {
		return err
	}
	if abandoned {
		return t.letGo(ctx, "abandoned as an "+v1alpha1.KindECSChangeApproval+" says; AWS was not asked")
	}
	retain, why, err := t.retains(ctx)
	if err != nil {
		return err
	}
	if autonomous := t.kind.Autonomous; autonomous != nil {
		return t.finalizeAutonomous(ctx, autonomous, retain, why)
	}
	p, err := AsProblem(t.gatherAbsent(ctx))
	switch {
	case err != nil:
		return err
	case retain && p != nil:
		return t.releaseWithout(ctx, p, why)
	case p != nil:
		return deletionProblem(p)
	case retain:
		return t.release(ctx, why)
	default:
		return t.remove(ctx)
	}
}

// retains reports whether deletion leaves the entity in AWS, and why. Deleting the CRD deletes every object at once and
// is never a request to delete entities.
func (t *turn) retains(ctx context.Context) (bool, string, error) {
	spec := t.object.SharedSpec()
	if spec.DeletionPolicy == v1alpha1.DeletionRetain {
		return true, "deletionPolicy is Retain", nil
	}
	if spec.ReconcilePolicy == v1alpha1.ReconcileObserve {
		return true, "reconcilePolicy is Observe", nil
	}
	terminating, err := t.CRDTerminating(ctx, t.kind.Plural)
	if terminating {
		return true, "the CustomResourceDefinition is being deleted, which is not treated as a request to delete the " +
			t.kind.Noun, nil
	}
	return false, "", err
}

// mustGo reports whether the account lets no object leave anything behind: what is left would be bound by no guardrail
// any longer. Deleting the CRD is nothing that an object asks for, and of an account that is gone nothing is known.
func (t *turn) mustGo(ctx context.Context) (bool, error) {
	account := t.out.scope.Account
	if account == nil || t.object.GetNamespace() == "" || guardrail.Retains(&account.Spec) {
		return false, nil
	}
	terminating, err := t.CRDTerminating(ctx, t.kind.Plural)
	return !terminating, err
}

// unretained says why an entity is not left in AWS, and every way on: the deletion waits for one of them.
func (t *turn) unretained(why string) *Problem {
	return NewProblem(v1alpha1.ReasonGuardrailViolation, BySpec, "the deletion waits: %s, which would leave the %s in "+
		"AWS, and spec.guardrails.deletionPolicies of AWSAccount %s does not allow Retain. Either set deletionPolicy to "+
		"Delete and reconcilePolicy to Enforce, which is possible while the object is being deleted; or ask the owner of "+
		"the account to allow Retain; or ask an administrator to create an %s with operation Abandon for it", why,
		t.kind.Noun, t.out.scope.Account.Name, v1alpha1.KindECSChangeApproval)
}

// remove deletes what is ours in AWS.
func (t *turn) remove(ctx context.Context) error {
	got, err := t.observeForDeletion(ctx)
	if err != nil {
		return err
	}
	p, err := t.diff(ctx, got)
	if err != nil {
		return err
	}
	if err := t.unprotected(ctx, got, p); err != nil {
		return err
	}
	t.carryOut(ctx, got, p)
	if len(t.out.problems) > 0 || !t.out.execution.complete() {
		return nil
	}
	if t.out.execution.wrote() {
		t.event(t.object, normal, v1alpha1.ReasonDeleted, "Delete", "deleted "+t.kind.Noun+" "+t.out.want.Name())
	}
	return t.done(ctx)
}

// release leaves the entity in AWS and marks it as released.
func (t *turn) release(ctx context.Context, why string) error {
	got, err := t.observeForDeletion(ctx)
	p, err := AsProblem(err)
	if err != nil {
		return err
	}
	if p != nil {
		return t.releaseWithout(ctx, p, why)
	}
	o := &t.out
	if o.plan = t.out.want.Release(got); len(o.plan.Steps) > 0 { // else there is nothing of the object's to leave behind
		if bound, err := t.mustGo(ctx); err != nil || bound {
			o.plan = plan.Plan{}
			return cmp.Or[error](err, t.unretained(why))
		}
	}
	o.execution = execute(ctx, t.aws, t.changes(), o.plan, got)
	if !o.execution.complete() {
		o.addPlanProblems(t.circumstances(0, false))
		if len(o.problems) > 0 {
			first := o.problems[0]
			o.problems = nil
			return t.releaseWithout(ctx, first, why)
		}
	}
	if len(o.plan.Steps) == 0 {
		return t.done(ctx)
	}
	return t.letGo(ctx, "left "+t.kind.Noun+" "+t.out.want.Name()+" in AWS: "+why)
}

// releaseWithout lets go although AWS cannot be reached for the tags: Retain needs no call. What heals by itself is
// waited for first.
func (t *turn) releaseWithout(ctx context.Context, p *Problem, why string) error {
	if bound, err := t.mustGo(ctx); err != nil || bound { // or whoever makes calls fail could keep a role
		return cmp.Or[error](err, deletionProblem(p))
	}
	if p.held || p.healing == ByTime && t.mem.Failures() < releaseAttempts {
		return p
	}
	return t.letGo(ctx, "left everything in AWS as it is, owner tag included ("+p.message+"): "+why)
}
