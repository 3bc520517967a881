// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// SetupWithManager registers the reconciler and its watches.
func (r *ServiceLinkedRoleReconciler) SetupWithManager(mgr ctrl.Manager) error {
	r.Init()
	// A standby begins to work long after it was started.
	begin := func(context.Context) error { r.memory.begin(r.Clock.Now()); return nil }
	if err := mgr.Add(manager.RunnableFunc(begin)); err != nil {
		return fmt.Errorf("setting up the ECSServiceLinkedRole controller: %w", err)
	}
	err := ctrl.NewControllerManagedBy(mgr).
		Named("ecsservicelinkedrole").
		For(&v1alpha1.ECSServiceLinkedRole{}, builder.WithPredicates(specOrAnnotations())).
		Watches(&v1alpha1.ECSServiceLinkedRole{}, handler.EnqueueRequestsFromMapFunc(r.all),
			builder.WithPredicates(deletions())).
		Watches(&v1alpha1.AWSAccount{}, handler.EnqueueRequestsFromMapFunc(r.all),
			builder.WithPredicates(accountChanges())).
		Complete(r)
	if err != nil {
		return fmt.Errorf("setting up the ECSServiceLinkedRole controller: %w", err)
	}
	return nil
}

// all are the requests for every object. There are three an account, so that none is picked out.
func (r *ServiceLinkedRoleReconciler) all(ctx context.Context, _ client.Object) []reconcile.Request {
	var list v1alpha1.ECSServiceLinkedRoleList
	if err := r.Client.List(ctx, &list); err != nil {
		return nil
	}
	requests := make([]reconcile.Request, 0, len(list.Items))
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{Name: list.Items[i].Name}})
	}
	return requests
}

// linkedInputs is everything that one pass over a service-linked role decides from.
type linkedInputs struct {
	access
	slr  *v1alpha1.ECSServiceLinkedRole
	want plan.ServiceLinked
	// rival is the name of an older object for the same role, or empty.
	rival string
}

// gather collects the inputs. What is missing ends the pass as a problem; an error is one of the Kubernetes API.
func (r *ServiceLinkedRoleReconciler) gather(
	ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole,
) (linkedInputs, *problem, error) {
	in := linkedInputs{slr: slr}
	kind, known := roletype.LookupServiceLinked(slr.Spec.Service)
	if !known {
		return in, problemf(v1alpha1.ReasonInvalidSpec, bySpec, "spec.service: %s is unknown", slr.Spec.Service), nil
	}
	in.want = plan.ServiceLinked{
		Service: kind.Principal, Role: kind.RoleName, Description: slr.Spec.Description, Tags: slr.Spec.Tags,
	}
	account, p, err := r.account(ctx, linkedAccountName(slr))
	if p != nil || err != nil {
		return in, p, err
	}
	in.account = account
	if in.rival, err = r.olderRival(ctx, slr, account); err != nil {
		return in, nil, err
	}
	in.aws = r.Accounts.ForAccount(ctx, accountConfig(account))
	p = in.identify(ctx)
	return in, p, nil
}

func linkedAccountName(slr *v1alpha1.ECSServiceLinkedRole) string {
	if slr.Spec.AccountRef.Name != "" {
		return slr.Spec.AccountRef.Name
	}
	return "default"
}

// olderRival returns the name of the oldest other object for the same service and AWS account, if it is older than slr.
func (r *ServiceLinkedRoleReconciler) olderRival(
	ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole, account *v1alpha1.AWSAccount,
) (string, error) {
	var list v1alpha1.ECSServiceLinkedRoleList
	if err := r.Client.List(ctx, &list); err != nil {
		return "", fmt.Errorf("listing ECSServiceLinkedRoles: %w", err)
	}
	oldest := slr
	for i := range list.Items {
		other := &list.Items[i]
		if other.Spec.Service != slr.Spec.Service || !older(other, oldest) {
			continue
		}
		theirs, p, err := r.account(ctx, linkedAccountName(other))
		if err != nil {
			return "", err
		}
		if p == nil && theirs.Spec.AccountID == account.Spec.AccountID {
			oldest = other
		}
	}
	if oldest == slr {
		return "", nil
	}
	return oldest.Name, nil
}
