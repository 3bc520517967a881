// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// finalize is one pass over an object that is being deleted.
func (r *PolicyReconciler) finalize(ctx context.Context, object *v1alpha1.ECSPolicy) (outcome, error) {
	o := outcome{began: r.Clock.Now(), deleting: true, policy: &desired.Policy{}}
	if !controllerutil.ContainsFinalizer(object, v1alpha1.Finalizer) {
		o.gone = true
		return o, nil
	}
	if abandoned(object) {
		return r.letGo(ctx, object, o, "abandoned: the annotation "+v1alpha1.AnnotationAbandon+" is set; AWS was not asked")
	}
	retain, why, err := r.retains(ctx, object, "ecspolicies")
	if err != nil {
		return o, err
	}
	in, p, err := r.gather(ctx, object)
	if err != nil {
		return o, err
	}
	o.account, o.identity = in.account, in.identity
	switch {
	case retain && p != nil:
		return r.releaseWithout(ctx, object, o, p, why)
	case p != nil:
		return withProblem(o, deletionProblem(p)), nil
	case retain:
		return r.release(ctx, in, o, why)
	default:
		return r.remove(ctx, in, o)
	}
}

// remove deletes what is ours in AWS.
func (r *PolicyReconciler) remove(ctx context.Context, in policyInputs, o outcome) (outcome, error) {
	want, p := r.build(in)
	if p != nil {
		return withProblem(o, p), nil
	}
	got, p := r.observeForDeletion(ctx, in, want)
	if p != nil {
		return withProblem(o, p), nil
	}
	var err error
	if want.Policy.Roles, err = r.referrers(ctx, in); err != nil {
		return o, err
	}
	o.policy = &want
	o.plan = plan.DiffPolicy(want, got)
	o.observed, o.seen = got, true
	o.execution = execute(ctx, in.aws, o.plan, got)
	logFailures(ctx, o.execution)
	o.observed = o.execution.after
	mem := r.memory.of(in.object.UID)
	if o.execution.wrote() {
		o.wroteAt = r.Clock.Now()
		mem.wrote(got, o.execution.after, o.wroteAt)
	}
	o.addStepProblems(mem, 0, false)
	if len(o.problems) > 0 || !o.execution.complete() {
		return o, nil
	}
	r.memory.bury(got, r.Clock.Now())
	if o.execution.wrote() {
		r.event(in.object, normal, v1alpha1.ReasonDeleted, "Delete", "deleted policy "+want.Policy.Name)
	}
	return r.done(ctx, in.object, o)
}

// observeForDeletion is observe, except that absence is not taken from a reading that may be older than a write of
// ours: the policy would stay behind for ever.
func (r *PolicyReconciler) observeForDeletion(
	ctx context.Context, in policyInputs, want desired.Policy,
) (iam.Observation, *problem) {
	mem, now := r.memory.of(in.object.UID), r.Clock.Now()
	got, err := in.aws.ObservePolicy(ctx, policyQuery(want, true))
	if err != nil {
		return got, readProblem(err)
	}
	if mem.distrusts(withoutDocument(got, mem.believed)) {
		believed := mem.believed
		if believed.Policy != nil && got.Policy != nil {
			complete := *believed.Policy
			complete.Versions, complete.Bounds = got.Policy.Versions, got.Policy.Bounds
			complete.DefaultVersionID = got.Policy.DefaultVersionID
			believed.Policy = &complete
		}
		return believed, nil
	}
	if wait := r.memory.unsure(mem, now); got.Policy == nil && wait > 0 {
		p := problemf(v1alpha1.ReasonDeleting, byTime, "waiting until AWS surely shows the last change of the policy")
		p.after = wait
		return got, p
	}
	return got, nil
}

// withoutDocument takes the document, which is not read for a deletion, from what is believed.
func withoutDocument(got, believed iam.Observation) iam.Observation {
	if got.Policy == nil || believed.Policy == nil {
		return got
	}
	complete := *got.Policy
	complete.Document = believed.Policy.Document
	got.Policy = &complete
	return got
}

// release leaves the policy in AWS and marks it as released.
func (r *PolicyReconciler) release(ctx context.Context, in policyInputs, o outcome, why string) (outcome, error) {
	want, _ := r.build(in)
	got, p := r.observeForDeletion(ctx, in, want)
	if p != nil {
		return r.releaseWithout(ctx, in.object, o, p, why)
	}
	o.plan = plan.ReleasePolicy(want, got)
	o.execution = execute(ctx, in.aws, o.plan, got)
	logFailures(ctx, o.execution)
	if !o.execution.complete() {
		o.addStepProblems(r.memory.of(in.object.UID), 0, false)
		if len(o.problems) > 0 {
			return r.releaseWithout(ctx, in.object, o, o.problems[0], why)
		}
	}
	if len(o.plan.Steps) == 0 {
		return r.done(ctx, in.object, o)
	}
	return r.letGo(ctx, in.object, o, "left policy "+want.Policy.Name+" in AWS: "+why)
}
