// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// PolicyReconciler brings IAM to what ECSPolicies declare.
type PolicyReconciler struct{ Environment }

// Reconcile makes one pass over one ECSPolicy.
func (r *PolicyReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object := &v1alpha1.ECSPolicy{}
	if err := r.Client.Get(ctx, req.NamespacedName, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if object.Annotations[v1alpha1.AnnotationPaused] == "true" && !abandoned(object) {
		return ctrl.Result{}, nil
	}
	ctx = iam.WithObject(ctx, v1alpha1.KindECSPolicy, object.Namespace, object.Name)
	o, err := r.pass(ctx, object)
	if err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	if o.gone {
		r.memory.forget(object.UID)
		return ctrl.Result{}, nil
	}
	if err := r.report(ctx, object, o); err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	return ctrl.Result{RequeueAfter: r.next(object, o)}, nil
}

// pass converges an object, or finalizes one that is deleted.
func (r *PolicyReconciler) pass(ctx context.Context, object *v1alpha1.ECSPolicy) (outcome, error) {
	if !object.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, object)
	}
	return r.converge(ctx, object)
}

// converge is one pass over an object that is not being deleted.
func (r *PolicyReconciler) converge(ctx context.Context, object *v1alpha1.ECSPolicy) (outcome, error) {
	o := outcome{began: r.Clock.Now(), policy: &desired.Policy{}}
	in, p, err := r.gather(ctx, object)
	if err != nil || p != nil {
		return withProblem(o, p), err
	}
	o.account, o.identity = in.account, in.identity
	want, p := r.build(in)
	if p != nil {
		return withProblem(o, p), nil
	}
	o.policy, o.wanted = &want, policyFingerprint(want)
	if err := r.addFinalizer(ctx, object); err != nil {
		return o, err
	}
	got, p := r.observe(ctx, in, want)
	if p != nil {
		return withProblem(o, p), nil
	}
	if p := in.contest.verdict(got.Policy != nil && want.Standing(got.Policy.Path, got.Policy.Tags).Owned()); p != nil {
		r.noteContest(ctx, in.contest, p)
		return withProblem(o, p), nil
	}
	// A role that IAM shows to have the policy was seen before, so it is only now that all of them are known.
	if want.Policy.Roles, p, err = r.keepers(ctx, in, want, got); p != nil || err != nil {
		return withProblem(o, p), err
	}
	o.plan = plan.DiffPolicy(want, got).Permit(r.filters(object, held(got))...)
	r.apply(ctx, object, in.access, &o, got)
	return o, nil
}

// observe returns the state of the policy. What our own writes left may not say which versions there are; these are
// asked for when one must be made.
func (r *PolicyReconciler) observe(
	ctx context.Context, in policyInputs, want desired.Policy,
) (iam.Observation, *problem) {
	read := func() (iam.Observation, error) { return in.aws.ObservePolicy(ctx, policyQuery(want, false)) }
	got, p := r.view(ctx, in.object, in.account, read)
	if p != nil || got.Policy == nil || len(got.Policy.Versions) > 0 || sameDocument(*got.Policy, want.Policy) {
		return got, p
	}
	fresh, err := read()
	if err != nil {
		return got, readProblem(err)
	}
	if fresh.Policy != nil {
		complete := *got.Policy
		complete.Versions = fresh.Policy.Versions
		got.Policy = &complete
	}
	return got, nil
}

func sameDocument(a, b iam.Policy) bool {
	same, err := policy.Equivalent([]byte(a.Document), []byte(b.Document))
	return err == nil && same
}

func policyQuery(want desired.Policy, deletion bool) iam.PolicyQuery {
	return iam.PolicyQuery{
		ARN: want.Policy.ARN, Name: want.Policy.Name, Document: want.Policy.Document, ForDeletion: deletion,
	}
}

// policyFingerprint identifies what is desired, to tell drift from a change of what is declared. Roles come and go on
// their own.
func policyFingerprint(want desired.Policy) string {
	return fmt.Sprintf("%q %q %q %q %q %q", want.Policy.Document, want.Policy.Tags, want.Policy.Users, want.Policy.Groups,
		want.Ignore.Attachments, want.Ignore.Tags)
}
