// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers holds what differs between the kinds. The pass that they all run through is internal/pass; each
// kind says here what it gathers, what is wanted, how that is observed and what of it goes into the status.
package controllers

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// Reconciler is the reconciler of one kind.
type Reconciler interface {
	SetupWithManager(ctx context.Context, mgr ctrl.Manager, options controller.Options) error
}

// All are the reconcilers of all kinds.
func All(env pass.Environment) []Reconciler {
	return []Reconciler{
		NewAccountReconciler(env), NewRoleReconciler(env), NewPolicyReconciler(env), NewServiceLinkedRoleReconciler(env),
		NewApprovalReconciler(env),
	}
}
