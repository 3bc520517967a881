// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// RoleReconciler brings IAM to what ECSRoles declare.
type RoleReconciler struct{ Environment }

// Reconcile makes one pass over one ECSRole.
func (r *RoleReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	role := &v1alpha1.ECSRole{}
	if err := r.Client.Get(ctx, req.NamespacedName, role); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if role.Annotations[v1alpha1.AnnotationPaused] == "true" && !abandoned(role) {
		return ctrl.Result{}, nil
	}
	ctx = iam.WithObject(ctx, v1alpha1.KindECSRole, role.Namespace, role.Name)
	o, err := r.pass(ctx, role)
	if err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	if o.gone {
		r.memory.forget(role.UID)
		return ctrl.Result{}, nil
	}
	if err := r.report(ctx, role, o); err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	return ctrl.Result{RequeueAfter: r.next(role, o)}, nil
}

// pass converges an object, or finalizes one that is deleted.
func (r *RoleReconciler) pass(ctx context.Context, role *v1alpha1.ECSRole) (outcome, error) {
	if !role.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, role)
	}
	return r.converge(ctx, role)
}

// converge is one pass over an object that is not being deleted.
func (r *RoleReconciler) converge(ctx context.Context, role *v1alpha1.ECSRole) (outcome, error) {
	o := outcome{began: r.Clock.Now()}
	in, p, err := r.gather(ctx, role)
	if err != nil || p != nil {
		return withProblem(o, p), err
	}
	o.account, o.identity = in.account, in.identity
	want, p := r.build(in)
	if p != nil && p.reason == v1alpha1.ReasonReferenceNotReady {
		return r.withoutUnresolved(ctx, in, want, o, p), nil
	}
	if p != nil {
		return withProblem(o, p), nil
	}
	o.want, o.wanted = want, fingerprint(want)
	if err := r.addFinalizer(ctx, role); err != nil {
		return o, err
	}
	got, p := r.observe(ctx, in, want)
	if p != nil {
		return withProblem(o, p), nil
	}
	if p := in.contest.verdict(got.Role != nil && want.Standing(got.Role.Path, got.Role.Tags).Owned()); p != nil {
		r.noteContest(ctx, in.contest, p)
		return withProblem(o, p), nil
	}
	filters := append(r.filters(role, held(got)), plan.InlineLimit(want, got))
	o.plan = plan.Diff(want, got, in.quotas).Permit(filters...)
	r.apply(ctx, role, in.access, &o, got)
	return o, nil
}

// withoutUnresolved is the pass over an object that refers to what is not there. It waits with everything but the
// inline policies of a role that exists: what must not be passed, since it is gone or somebody else's, must not stay
// there until a person corrects the reference.
func (r *RoleReconciler) withoutUnresolved(
	ctx context.Context, in inputs, want desired.Role, o outcome, unresolved *problem,
) outcome {
	got, p := r.observe(ctx, in, want)
	if p != nil || got.Role == nil || !want.Standing(got.Role.Path, got.Role.Tags).Owned() {
		return withProblem(o, unresolved)
	}
	// Marked, since what is applied is less than what the spec wants: the rest, once it can be, is no drift.
	o.want, o.wanted = want, "without what is unresolved: "+fingerprint(want)
	filters := append(r.filters(in.role, held(got)), plan.InlineLimit(want, got))
	o.plan = plan.DiffInline(want, got, in.quotas).Permit(filters...)
	r.apply(ctx, in.role, in.access, &o, got)
	return withProblem(o, unresolved)
}

// observe returns the state of the role.
func (r *RoleReconciler) observe(ctx context.Context, in inputs, want desired.Role) (iam.Observation, *problem) {
	return r.view(ctx, in.role, in.account, func() (iam.Observation, error) {
		return in.aws.Observe(ctx, query(want, false))
	})
}

func query(want desired.Role, deletion bool) iam.Query {
	q := iam.Query{RoleName: want.Role.Name, Expected: want.Role.Attached, ForDeletion: deletion}
	if want.Profile != nil {
		q.ProfileName = want.Profile.Name
	}
	return q
}

// noteContest remembers a claim that lost, and tells the operator, not the namespace, to whom.
func (r *Environment) noteContest(ctx context.Context, c contest, p *problem) {
	if p.reason == v1alpha1.ReasonNameTaken {
		r.memory.of(c.claim.object.GetUID()).lostName = true
	}
	if c.winner != nil {
		logf.FromContext(ctx).Info("another object has the better claim to the name", "name", c.claim.names[0].Value,
			"namespace", c.winner.Namespace, "object", c.winner.Name)
	}
}

func abandoned(object client.Object) bool {
	return !object.GetDeletionTimestamp().IsZero() && object.GetAnnotations()[v1alpha1.AnnotationAbandon] == "true"
}

// forcedPass tells whether the annotation ecsiam.dev/reconcile-at asks for a pass that was not made yet.
func forcedPass(object client.Object) bool {
	token := object.GetAnnotations()[v1alpha1.AnnotationReconcileAt]
	return token != "" && token != standingOf(object).lastHandled
}

func propagationDelay(account *v1alpha1.AWSAccount) time.Duration {
	if account.Spec.PropagationDelaySeconds == nil {
		return 10 * time.Second
	}
	return time.Duration(*account.Spec.PropagationDelaySeconds) * time.Second
}

// conflictAsRetry turns the conflict of two writers, which a new pass resolves, into an error that is worth no alarm.
func conflictAsRetry(err error) error {
	if apierrors.IsConflict(err) {
		return fmt.Errorf("the object changed meanwhile, looking again: %w", err)
	}
	return err
}

func logFailures(ctx context.Context, e execution) {
	log := logf.FromContext(ctx)
	for _, res := range e.results {
		if res.err == nil {
			continue
		}
		log.Info("operation failed", "action", res.op.Action(), "error", describeError(res.err))
		if e, ok := asIAMError(res.err); ok {
			log.V(2).Info("answer of AWS", "action", res.op.Action(), "message", e.Message)
		}
	}
}
