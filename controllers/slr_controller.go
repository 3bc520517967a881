// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// ServiceLinkedRoleReconciler ensures that the service-linked roles exist that ECSServiceLinkedRoles declare. ECS may
// create and delete them as well at any time: both are normal, and the next pass settles it.
type ServiceLinkedRoleReconciler struct {
	Environment
}

// Reconcile makes one pass over one ECSServiceLinkedRole.
func (r *ServiceLinkedRoleReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	slr := &v1alpha1.ECSServiceLinkedRole{}
	if err := r.Client.Get(ctx, req.NamespacedName, slr); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if slr.Annotations[v1alpha1.AnnotationPaused] == "true" && !abandoned(slr) {
		return ctrl.Result{}, nil
	}
	ctx = iam.WithObject(ctx, v1alpha1.KindECSServiceLinkedRole, "", slr.Name)
	o, err := r.pass(ctx, slr)
	if err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	if o.gone {
		r.memory.forget(slr.UID)
		return ctrl.Result{}, nil
	}
	if err := r.report(ctx, slr, o); err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	return ctrl.Result{RequeueAfter: r.next(slr, o)}, nil
}

// pass converges an object, or finalizes one that is deleted.
func (r *ServiceLinkedRoleReconciler) pass(ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole) (outcome, error) {
	if !slr.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, slr)
	}
	return r.converge(ctx, slr)
}

// converge is one pass over an object that is not being deleted.
func (r *ServiceLinkedRoleReconciler) converge(
	ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole,
) (outcome, error) {
	o := outcome{began: r.Clock.Now()}
	in, p, err := r.gather(ctx, slr)
	o.account, o.identity = in.account, in.identity
	if err != nil || p != nil {
		return withProblem(o, p), err
	}
	if in.rival != "" {
		return withProblem(o, problemf(v1alpha1.ReasonOwnershipConflict, byPerson,
			"ECSServiceLinkedRole %s is for the same service and account and is older: delete one of the two", in.rival)), nil
	}
	if err := r.addFinalizer(ctx, slr); err != nil {
		return o, err
	}
	got, p := r.observe(ctx, in)
	if p != nil {
		return withProblem(o, p), nil
	}
	o.wanted = linkedFingerprint(in.want)
	r.ensure(ctx, in, &o, got)
	if refused := refusedCreation(o.execution); refused != nil {
		r.lookAgain(ctx, in, &o, refused)
	}
	return o, nil
}

// observe returns what our own writes left while IAM may not show it yet, else what IAM shows, unless that is older
// than our last write. A forced pass takes what IAM shows.
func (r *ServiceLinkedRoleReconciler) observe(ctx context.Context, in linkedInputs) (iam.Observation, *problem) {
	mem, forced := r.memory.of(in.slr.UID), forcedPass(in.slr)
	if believed, ok := mem.believes(r.Clock.Now(), propagationDelay(in.account)); ok && !forced {
		return believed, nil
	}
	got, err := in.aws.ObserveBareRole(ctx, in.want.Role)
	if err != nil {
		return got, readProblem(err)
	}
	if mem.distrusts(got) && !forced {
		logf.FromContext(ctx).V(1).Info("reading is older than the last write; keeping to what was written")
		return mem.believed, nil
	}
	return got, nil
}

// ensure plans for what was seen and makes the calls.
func (r *ServiceLinkedRoleReconciler) ensure(ctx context.Context, in linkedInputs, o *outcome, got iam.Observation) {
	o.vanished = got.Role == nil
	o.plan = plan.DiffServiceLinked(in.want, got).Permit(r.filters(in.slr, false)...)
	r.apply(ctx, in.slr, in.access, o, got)
}

// refusedCreation returns the error with which AWS refused to create the role, or nil.
func refusedCreation(e execution) error {
	for _, res := range e.results {
		if _, creates := res.op.(plan.CreateServiceLinkedRole); !creates || res.err == nil {
			continue
		}
		switch iam.Classify(res.err) {
		case iam.ClassConflict, iam.ClassRejected:
			return res.err
		default:
		}
	}
	return nil
}

// lookAgain goes on with a role that somebody, perhaps ECS itself, created after it was looked for: that it exists is
// what was wanted. Where it does not exist either, the refusal stands.
func (r *ServiceLinkedRoleReconciler) lookAgain(ctx context.Context, in linkedInputs, o *outcome, refused error) {
	got, err := in.aws.ObserveBareRole(ctx, in.want.Role)
	switch {
	case err != nil:
		o.problems = []*problem{readProblem(err)}
	case got.Role != nil:
		o.problems = nil
		r.ensure(ctx, in, o, got)
	case iam.Classify(refused) == iam.ClassConflict:
		o.problems = []*problem{problemf(v1alpha1.ReasonProgressing, byTime,
			"role %s exists already and AWS does not show it yet; it is looked at again", in.want.Role)}
	}
}

// linkedFingerprint identifies what is desired, to tell drift from a change of what is declared.
func linkedFingerprint(want plan.ServiceLinked) string {
	return fmt.Sprintf("%+v", want)
}
