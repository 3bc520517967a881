// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// finalize is one pass over an object that is being deleted.
func (r *ServiceLinkedRoleReconciler) finalize(
	ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole,
) (outcome, error) {
	o := outcome{began: r.Clock.Now(), deleting: true, task: slr.Status.DeletionTaskID}
	if !controllerutil.ContainsFinalizer(slr, v1alpha1.Finalizer) {
		o.gone = true
		return o, nil
	}
	if abandoned(slr) {
		return r.letGo(ctx, slr, o, "abandoned: the annotation "+v1alpha1.AnnotationAbandon+" is set; AWS was not asked")
	}
	retain, why, err := r.retains(ctx, slr, "ecsservicelinkedroles")
	switch {
	case err != nil:
		return o, err
	case retain && o.task != "":
		return r.letGo(ctx, slr, o, why+"; the deletion that AWS has begun cannot be called off")
	case retain:
		return r.letGo(ctx, slr, o, "left the role in AWS: "+why)
	}
	in, p, err := r.gather(ctx, slr)
	o.account, o.identity = in.account, in.identity
	switch {
	case err != nil:
		return o, err
	case p != nil:
		return withProblem(o, deletionProblem(p)), nil
	case in.rival != "":
		return r.letGo(ctx, slr, o, "left the role in AWS: it is ECSServiceLinkedRole "+in.rival+"'s")
	case o.task != "":
		return r.poll(ctx, in, o)
	default:
		return r.begin(ctx, in, o)
	}
}

// begin has AWS begin the deletion. The task goes into the status before it is asked for, so that a restarted
// controller asks for the same.
func (r *ServiceLinkedRoleReconciler) begin(ctx context.Context, in linkedInputs, o outcome) (outcome, error) {
	got, p := r.observeForDeletion(ctx, in)
	if p != nil {
		return withProblem(o, p), nil
	}
	o.plan = plan.RemoveServiceLinked(got)
	o.execution = execute(ctx, in.aws, o.plan, got)
	logFailures(ctx, o.execution)
	o.observed, o.seen = o.execution.after, true
	o.addStepProblems(r.memory.of(in.slr.UID), 0, false)
	if len(o.problems) > 0 {
		return o, nil
	}
	for _, res := range o.execution.results {
		if op, deletes := res.op.(plan.DeleteServiceLinkedRole); deletes {
			o.task = op.TaskID
		}
	}
	if o.task == "" {
		return r.done(ctx, in.slr, o)
	}
	o.wroteAt = r.Clock.Now()
	return withProblem(o, underWay(in.want.Role)), nil
}

// observeForDeletion takes absence from no reading that may be older than a write of ours: the role would stay behind
// for ever.
func (r *ServiceLinkedRoleReconciler) observeForDeletion(
	ctx context.Context, in linkedInputs,
) (iam.Observation, *problem) {
	mem, now := r.memory.of(in.slr.UID), r.Clock.Now()
	got, err := in.aws.ObserveBareRole(ctx, in.want.Role)
	if err != nil {
		return got, readProblem(err)
	}
	if mem.distrusts(got) {
		return mem.believed, nil
	}
	if wait := r.memory.unsure(mem, now); got.Role == nil && wait > 0 {
		p := problemf(v1alpha1.ReasonDeleting, byTime, "waiting until AWS surely shows the last change of the role")
		p.after = wait
		return got, p
	}
	return got, nil
}

// poll asks how far the deletion is. A task that AWS does not know, or not any more, says nothing of the role: it is
// looked at again.
func (r *ServiceLinkedRoleReconciler) poll(ctx context.Context, in linkedInputs, o outcome) (outcome, error) {
	deletion, err := in.aws.ServiceLinkedRoleDeletion(ctx, o.task)
	if err != nil {
		switch iam.Classify(err) {
		case iam.ClassNotFound, iam.ClassRejected:
			o.task = ""
			return r.begin(ctx, in, o)
		default:
			return withProblem(o, readProblem(err)), nil
		}
	}
	switch deletion.Status {
	case iam.DeletionSucceeded:
		r.event(in.slr, normal, v1alpha1.ReasonDeleted, "Delete", "deleted role "+in.want.Role)
		return r.done(ctx, in.slr, o)
	case iam.DeletionFailed:
		o.task = ""
		return withProblem(o, problemf(v1alpha1.ReasonDeletionBlocked, byPerson,
			"AWS does not delete role %s: %s. Remove what uses it in every region, or set deletionPolicy to Retain; "+
				"the deletion is tried again every five minutes", in.want.Role, deletion.Failure())), nil
	case iam.DeletionNotStarted, iam.DeletionInProgress:
	}
	return withProblem(o, underWay(in.want.Role)), nil
}

func underWay(role string) *problem {
	return problemf(v1alpha1.ReasonDeleting, byTime, "AWS is deleting role %s", role)
}
