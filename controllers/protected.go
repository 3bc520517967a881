// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// protectedIn are patterns of the path and name of entities in the scope's AWS account that nothing is written to,
// whatever their tags: the role that the controller has, those that it assumes, the boundaries that accounts force, and
// what they protect.
func protectedIn(
	ctx context.Context, by *pass.Reconciler, scope pass.Scope, namespace string, entity guardrail.Entity,
) ([]string, error) {
	var list v1alpha1.AWSAccountList
	if err := by.Client.List(ctx, &list); err != nil {
		return nil, fmt.Errorf("listing the AWSAccounts: %w", err)
	}
	always := []string{scope.Identity.CallerARN}
	var patterns []string
	for i := range list.Items {
		account := &list.Items[i]
		if account.Spec.AccountID != scope.Identity.AccountID {
			always = append(always, rolesOf(account, scope.Identity.AccountID)...)
			continue
		}
		bounds := boundsOf(account, namespace, scope.Identity, by.Region)
		boundary, _ := bounds.Boundary()
		always = append(append(always, boundary), rolesOf(account, scope.Identity.AccountID)...)
		patterns = append(patterns, bounds.Protected(entity)...)
	}
	bounds := boundsOf(scope.Account, namespace, scope.Identity, by.Region)
	return append(patterns, bounds.Protected(entity, always...)...), nil
}

// rolesOf are the roles of an AWS account that are assumed on the way into an account.
func rolesOf(account *v1alpha1.AWSAccount, accountID string) []string {
	if account.Spec.AssumeRole == nil {
		return nil
	}
	var arns []string
	hops := append([]v1alpha1.AssumeRoleHop{account.Spec.AssumeRole.AssumeRoleHop}, account.Spec.AssumeRole.Via...)
	for _, hop := range hops {
		if guardrail.InAccount(hop.RoleARN, accountID) {
			arns = append(arns, hop.RoleARN)
		}
	}
	return arns
}
