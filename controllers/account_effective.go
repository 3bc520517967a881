// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// effective are the settings that are in force: of the AWSAccounts with one account id the lowest rate holds for all.
func (r *AccountReconciler) effective(
	ctx context.Context, account *v1alpha1.AWSAccount,
) (v1alpha1.EffectiveSettings, error) {
	settings := account.Spec.Effective()
	others, err := r.sameAccount(ctx, account)
	for i := range others {
		limit := others[i].Spec.Effective().RateLimit
		settings.RateLimit.QPS = min(settings.RateLimit.QPS, limit.QPS)
		settings.RateLimit.Burst = min(settings.RateLimit.Burst, limit.Burst)
	}
	return settings, err
}

// sameAccount are the other AWSAccounts with the id of one.
func (r *AccountReconciler) sameAccount(
	ctx context.Context, account *v1alpha1.AWSAccount,
) ([]v1alpha1.AWSAccount, error) {
	accounts, err := r.AccountsOf(ctx, account.Spec.AccountID)
	itself := func(other v1alpha1.AWSAccount) bool { return other.Name == account.Name }
	return slices.DeleteFunc(accounts, itself), err //nolint:wrapcheck // says what for itself
}

// ofSameAccount maps an AWSAccount to the others with its id, whose settings in force depend on it.
func (r *AccountReconciler) ofSameAccount(ctx context.Context, o client.Object) []reconcile.Request {
	account, ok := o.(*v1alpha1.AWSAccount)
	if !ok {
		return nil
	}
	others, err := r.sameAccount(ctx, account)
	if err != nil {
		return nil
	}
	requests := make([]reconcile.Request, len(others))
	for i := range others {
		requests[i].Name = others[i].Name
	}
	return requests
}
