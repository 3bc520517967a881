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
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// SetupWithManager registers the reconciler, its indices and its watches.
func (r *RoleReconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, options controller.Options) error {
	r.Init()
	// A standby begins to work long after it was started.
	begin := func(context.Context) error { r.memory.begin(r.Clock.Now()); return nil }
	if err := mgr.Add(manager.RunnableFunc(begin)); err != nil {
		return fmt.Errorf("setting up the ECSRole controller: %w", err)
	}
	if err := indexRoles(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	if err := indexReferences(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	err := ctrl.NewControllerManagedBy(mgr).
		Named("ecsrole").
		WithOptions(options).
		For(&v1alpha1.ECSRole{}, builder.WithPredicates(specOrAnnotations())).
		Watches(&v1alpha1.ECSRole{}, handler.EnqueueRequestsFromMapFunc(r.rivals), builder.WithPredicates(deletions())).
		Watches(&v1alpha1.ECSRole{}, handler.EnqueueRequestsFromMapFunc(r.passers), builder.WithPredicates(referable())).
		Watches(&v1alpha1.ECSPolicy{}, handler.EnqueueRequestsFromMapFunc(r.attachers),
			builder.WithPredicates(referable())).
		Watches(&v1alpha1.AWSAccount{}, handler.EnqueueRequestsFromMapFunc(r.rolesOfAccount),
			builder.WithPredicates(accountChanges())).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.rolesOfNamespace),
			builder.WithPredicates(predicate.LabelChangedPredicate{})).
		Complete(r)
	if err != nil {
		return fmt.Errorf("setting up the ECSRole controller: %w", err)
	}
	return nil
}

// specOrAnnotations lets through what a user changed; the controller's own status writes change neither.
func specOrAnnotations() predicate.Predicate {
	return predicate.Or(predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{})
}

// accountChanges lets through changes of the spec, and of the account's conditions, which tell whether it can be
// reached.
func accountChanges() predicate.Predicate {
	ready := func(o client.Object) string {
		account, ok := o.(*v1alpha1.AWSAccount)
		if !ok {
			return ""
		}
		for _, c := range account.Status.Conditions {
			if c.Type == v1alpha1.ConditionReady {
				return string(c.Status) + c.Reason
			}
		}
		return ""
	}
	return predicate.Or(predicate.GenerationChangedPredicate{}, predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool { return ready(e.ObjectOld) != ready(e.ObjectNew) },
	})
}

func deletions() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc:  func(event.CreateEvent) bool { return false },
		UpdateFunc:  func(event.UpdateEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
	}
}

// rivals are the other objects that claim the same role: a deleted one frees it for them.
func (r *RoleReconciler) rivals(ctx context.Context, o client.Object) []reconcile.Request {
	role, ok := o.(*v1alpha1.ECSRole)
	if !ok {
		return nil
	}
	return r.requests(ctx, client.MatchingFields{indexRoleName: claimOf(role)})
}

func (r *RoleReconciler) rolesOfAccount(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.MatchingFields{indexAccount: o.GetName()})
}

func (r *RoleReconciler) rolesOfNamespace(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.InNamespace(o.GetName()))
}

func (r *RoleReconciler) requests(ctx context.Context, options ...client.ListOption) []reconcile.Request {
	var list v1alpha1.ECSRoleList
	if err := r.Client.List(ctx, &list, options...); err != nil {
		return nil
	}
	requests := make([]reconcile.Request, 0, len(list.Items))
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{
			Namespace: list.Items[i].Namespace, Name: list.Items[i].Name,
		}})
	}
	return requests
}
