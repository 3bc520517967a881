// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// ApprovalReconciler records ECSChangeApprovals, which only then may be used, and says when they expire. They are used
// by the passes over the objects that they are for.
type ApprovalReconciler struct{ pass.Environment }

// NewApprovalReconciler returns a reconciler of ECSChangeApprovals.
func NewApprovalReconciler(env pass.Environment) *ApprovalReconciler { return &ApprovalReconciler{env} }

// SetupWithManager registers the reconciler.
func (r *ApprovalReconciler) SetupWithManager(
	_ context.Context, mgr ctrl.Manager, options controller.Options,
) error {
	err := ctrl.NewControllerManagedBy(mgr).Named("ecschangeapproval").WithOptions(options).
		For(&v1alpha1.ECSChangeApproval{}).Complete(r)
	if err != nil {
		return fmt.Errorf("setting up the ECSChangeApproval controller: %w", err)
	}
	return nil
}

// Reconcile makes one pass over one approval.
func (r *ApprovalReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	approval := &v1alpha1.ECSChangeApproval{}
	if err := r.Client.Get(ctx, req.NamespacedName, approval); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !approval.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	if ours, err := r.ours(ctx, approval); err != nil || !ours {
		return ctrl.Result{}, err
	}
	left := guardrail.Expiry(approval).Sub(r.Clock.Now())
	err := r.settle(ctx, approval, left)
	switch {
	case apierrors.IsConflict(err): // the cache is behind our own last write
		return ctrl.Result{RequeueAfter: time.Second}, nil
	case err != nil:
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: max(left, 0)}, nil
}

// ours reports whether this installation works on the object that an approval is for. Of one that does not exist every
// installation does.
func (r *ApprovalReconciler) ours(ctx context.Context, approval *v1alpha1.ECSChangeApproval) (bool, error) {
	target := approval.Spec.TargetRef
	object, known := map[v1alpha1.ApprovalKind]pass.Object{
		v1alpha1.KindECSRole: &v1alpha1.ECSRole{}, v1alpha1.KindECSPolicy: &v1alpha1.ECSPolicy{},
		v1alpha1.KindECSServiceLinkedRole: &v1alpha1.ECSServiceLinkedRole{},
	}[target.Kind]
	if !known || !r.LooksAt(string(target.Namespace)) {
		return !known, nil
	}
	err := r.Client.Get(ctx, types.NamespacedName{Namespace: string(target.Namespace), Name: target.Name}, object)
	switch {
	case apierrors.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("reading the object of ECSChangeApproval %s: %w", approval.Name, err)
	}
	return r.ServesUserOf(ctx, object.SharedSpec().AccountName) //nolint:wrapcheck // says what for itself
}

// settle records an approval, and writes what has become of it when that differs.
func (r *ApprovalReconciler) settle(
	ctx context.Context, approval *v1alpha1.ECSChangeApproval, left time.Duration,
) error {
	lost := guardrail.Lost(approval)
	if err := r.record(ctx, approval); err != nil {
		return err
	}
	before := approval.DeepCopy()
	r.judge(approval, lost, left)
	if equality.Semantic.DeepEqual(before.Status, approval.Status) {
		return nil
	}
	return r.PatchStatus(ctx, approval, before) //nolint:wrapcheck // says what for itself
}

// record marks an approval before it has a status, so that it is noticed when that is lost.
func (r *ApprovalReconciler) record(ctx context.Context, approval *v1alpha1.ECSChangeApproval) error {
	if _, recorded := approval.Annotations[v1alpha1.AnnotationRecorded]; recorded {
		return nil
	}
	before := approval.DeepCopy()
	metav1.SetMetaDataAnnotation(&approval.ObjectMeta, v1alpha1.AnnotationRecorded, "true")
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := r.Client.Patch(ctx, approval, patch, client.FieldOwner(v1alpha1.FieldOwner)); err != nil {
		return fmt.Errorf("marking an approval as recorded: %w", err)
	}
	return nil
}

// judge says what has become of an approval that is valid for the time left.
func (r *ApprovalReconciler) judge(approval *v1alpha1.ECSChangeApproval, lost bool, left time.Duration) {
	status, now := &approval.Status, r.Clock.Now()
	status.ObservedGeneration = approval.Generation
	expired := func(why string) {
		p := pass.NewProblem(v1alpha1.ReasonExpired, pass.BySpec, "%s; create another one if it is still needed", why)
		status.Conditions = pass.Conditions(status.Conditions, approval.Generation, p, "", now)
	}
	switch {
	case status.ConsumedTime != nil:
		// What it was used for stands in its condition already.
	case lost:
		expired("the status was lost, so that it is not known whether the approval was used")
	case left <= 0:
		expired("the approval was not used in time")
	default:
		until := metav1.NewTime(guardrail.Expiry(approval))
		status.ExpiryTime = &until
		status.Conditions = pass.ReadyConditions(status.Conditions, approval.Generation, v1alpha1.ReasonApproved,
			"may be used until "+until.UTC().Format(time.RFC3339), now)
	}
}
