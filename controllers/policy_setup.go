// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// SetupWithManager registers the reconciler, its indices and its watches.
func (r *PolicyReconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, options controller.Options) error {
	r.Init()
	// A standby begins to work long after it was started.
	begin := func(context.Context) error { r.memory.begin(r.Clock.Now()); return nil }
	if err := mgr.Add(manager.RunnableFunc(begin)); err != nil {
		return fmt.Errorf("setting up the ECSPolicy controller: %w", err)
	}
	if err := indexPolicies(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	err := ctrl.NewControllerManagedBy(mgr).
		Named("ecspolicy").
		WithOptions(options).
		For(&v1alpha1.ECSPolicy{}, builder.WithPredicates(specOrAnnotations())).
		Watches(&v1alpha1.ECSPolicy{}, handler.EnqueueRequestsFromMapFunc(r.rivals), builder.WithPredicates(deletions())).
		Watches(&v1alpha1.ECSRole{}, handler.EnqueueRequestsFromMapFunc(r.policiesOfRole),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&v1alpha1.AWSAccount{}, handler.EnqueueRequestsFromMapFunc(r.policiesOfAccount),
			builder.WithPredicates(accountChanges())).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.policiesOfNamespace),
			builder.WithPredicates(predicate.LabelChangedPredicate{})).
		Complete(r)
	if err != nil {
		return fmt.Errorf("setting up the ECSPolicy controller: %w", err)
	}
	return nil
}

// rivals are the other objects that claim the same policy: a deleted one frees it for them.
func (r *PolicyReconciler) rivals(ctx context.Context, o client.Object) []reconcile.Request {
	object, ok := o.(*v1alpha1.ECSPolicy)
	if !ok {
		return nil
	}
	return r.requests(ctx, client.MatchingFields{indexPolicyName: policyKey(object)})
}

// policiesOfRole are the policies that a role refers to; when it is changed, also those that it referred to.
func (r *PolicyReconciler) policiesOfRole(_ context.Context, o client.Object) []reconcile.Request {
	role, ok := o.(*v1alpha1.ECSRole)
	if !ok {
		return nil
	}
	var requests []reconcile.Request
	for _, name := range policyRefs(role) {
		requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{
			Namespace: role.Namespace, Name: name,
		}})
	}
	return requests
}

func (r *PolicyReconciler) policiesOfAccount(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.MatchingFields{indexAccount: o.GetName()})
}

func (r *PolicyReconciler) policiesOfNamespace(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.InNamespace(o.GetName()))
}

func (r *PolicyReconciler) requests(ctx context.Context, options ...client.ListOption) []reconcile.Request {
	var list v1alpha1.ECSPolicyList
	if err := r.Client.List(ctx, &list, options...); err != nil {
		return nil
	}
	requests := make([]reconcile.Request, 0, len(list.Items))
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
	}
	return requests
}
