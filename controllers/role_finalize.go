// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// releaseAttempts is how many passes may fail for reasons that heal by themselves before a retained role is let go
// without its tags being changed.
const releaseAttempts = 5

// finalize is one pass over an object that is being deleted.
func (r *RoleReconciler) finalize(ctx context.Context, role *v1alpha1.ECSRole) (outcome, error) {
	o := outcome{began: r.Clock.Now(), deleting: true}
	if !controllerutil.ContainsFinalizer(role, v1alpha1.Finalizer) {
		o.gone = true
		return o, nil
	}
	if abandoned(role) {
		return r.letGo(ctx, role, o, "abandoned: the annotation "+v1alpha1.AnnotationAbandon+" is set; AWS was not asked")
	}
	retain, why, err := r.retains(ctx, role, "ecsroles")
	if err != nil {
		return o, err
	}
	in, p, err := r.gather(ctx, role)
	if err != nil {
		return o, err
	}
	o.account, o.identity = in.account, in.identity
	switch {
	case retain && p != nil:
		return r.releaseWithout(ctx, role, o, p, why)
	case p != nil:
		return withProblem(o, deletionProblem(p)), nil
	case retain:
		return r.release(ctx, in, o, why)
	default:
		return r.remove(ctx, in, o)
	}
}

func deletionProblem(p *problem) *problem {
	if p.reason == v1alpha1.ReasonAccountNotFound {
		p.message += "; to delete this object without touching AWS, set the annotation " +
			v1alpha1.AnnotationAbandon + ": \"true\""
	}
	return p
}

// retains tells whether deletion leaves the entity in AWS, and why. Deleting the CRD deletes every object at once and
// is never a request to delete entities.
func (r *Environment) retains(ctx context.Context, object client.Object, plural string) (bool, string, error) {
	if standingOf(object).deletion == v1alpha1.DeletionRetain {
		return true, "deletionPolicy is Retain", nil
	}
	if standingOf(object).reconcile == v1alpha1.ReconcileObserve {
		return true, "reconcilePolicy is Observe", nil
	}
	terminating, err := r.crdTerminating(ctx, plural)
	if terminating {
		return true, "the CustomResourceDefinition is being deleted, which is no request to delete what they declare", nil
	}
	return false, "", err
}

func (r *Environment) crdTerminating(ctx context.Context, plural string) (bool, error) {
	crd := &metav1.PartialObjectMetadata{}
	crd.SetGroupVersionKind(schema.GroupVersionKind{
		Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition",
	})
	err := r.APIReader.Get(ctx, types.NamespacedName{Name: plural + "." + v1alpha1.GroupName}, crd)
	if err != nil && !apierrors.IsNotFound(err) {
		return false, fmt.Errorf("reading the CustomResourceDefinition: %w", err)
	}
	return apierrors.IsNotFound(err) || !crd.DeletionTimestamp.IsZero(), nil
}

// remove deletes what is ours in AWS.
func (r *RoleReconciler) remove(ctx context.Context, in inputs, o outcome) (outcome, error) {
	want, p := r.build(in)
	if p != nil {
		return withProblem(o, p), nil
	}
	o.want = want
	got, p := r.observeForDeletion(ctx, in, want)
	if p != nil {
		return withProblem(o, p), nil
	}
	o.plan = plan.Diff(want, got, in.quotas)
	o.observed, o.seen = got, true
	o.execution = execute(ctx, in.aws, o.plan, got)
	logFailures(ctx, o.execution)
	o.observed = o.execution.after
	mem := r.memory.of(in.role.UID)
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
		r.event(in.role, normal, v1alpha1.ReasonDeleted, "Delete", "deleted role "+want.Role.Name)
	}
	return r.done(ctx, in.role, o)
}

// observeForDeletion is observe, except that absence is not taken from a reading that may be older than a write of
// ours: the entity would stay behind for ever.
func (r *RoleReconciler) observeForDeletion(
	ctx context.Context, in inputs, want desired.Role,
) (iam.Observation, *problem) {
	mem, now := r.memory.of(in.role.UID), r.Clock.Now()
	got, err := in.aws.Observe(ctx, query(want, true))
	if err != nil {
		return got, readProblem(err)
	}
	if mem.distrusts(got) {
		believed := mem.believed
		believed.OtherProfiles = got.OtherProfiles
		return believed, nil
	}
	absent := got.Role == nil || (want.Profile != nil && got.Profile == nil)
	if wait := r.memory.unsure(mem, now); absent && wait > 0 {
		p := problemf(v1alpha1.ReasonDeleting, byTime, "waiting until AWS surely shows the last change of the role")
		p.after = wait
		return got, p
	}
	return got, nil
}

// release leaves the role in AWS and marks it as released.
func (r *RoleReconciler) release(ctx context.Context, in inputs, o outcome, why string) (outcome, error) {
	want, _ := r.build(in)
	got, p := r.observeForDeletion(ctx, in, want)
	if p != nil {
		return r.releaseWithout(ctx, in.role, o, p, why)
	}
	o.plan = plan.Release(want, got)
	o.execution = execute(ctx, in.aws, o.plan, got)
	logFailures(ctx, o.execution)
	if !o.execution.complete() {
		o.addStepProblems(r.memory.of(in.role.UID), 0, false)
		if len(o.problems) > 0 {
			return r.releaseWithout(ctx, in.role, o, o.problems[0], why)
		}
	}
	if len(o.plan.Steps) == 0 {
		return r.done(ctx, in.role, o)
	}
	return r.letGo(ctx, in.role, o, "left role "+want.Role.Name+" in AWS: "+why)
}

// releaseWithout lets go although AWS cannot be reached for the tags: Retain needs no call. What heals by itself is
// waited for first.
func (r *Environment) releaseWithout(
	ctx context.Context, object client.Object, o outcome, p *problem, why string,
) (outcome, error) {
	if p.healing == byTime && r.memory.of(object.GetUID()).failures < releaseAttempts {
		o.problems = []*problem{p}
		return o, nil
	}
	return r.letGo(ctx, object, o, "left everything in AWS as it is, owner tag included ("+p.message+"): "+why)
}

func (r *Environment) letGo(ctx context.Context, object client.Object, o outcome, note string) (outcome, error) {
	r.event(object, normal, v1alpha1.ReasonReleased, "Release", note)
	return r.done(ctx, object, o)
}

func (r *Environment) done(ctx context.Context, object client.Object, o outcome) (outcome, error) {
	o.gone, o.problems = true, nil
	return o, r.removeFinalizer(ctx, object)
}
