// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// protectionIn is what nothing is written to in the scope's AWS account, whatever its tags: the role that the
// controller has, those that it assumes and the policies of both, the boundaries that accounts force, and what accounts
// protect.
func protectionIn(
	ctx context.Context, by *pass.Reconciler, scope pass.Scope, namespace string,
) (ownership.Protection, error) {
	accounts, err := by.AccountsThrough(ctx, scope.Identity.AccountID)
	if err != nil {
		return ownership.Protection{}, err //nolint:wrapcheck // says what for itself
	}
	var p ownership.Protection
	working := []string{scope.Identity.CallerARN}
	always := []string{}
	for i := range accounts {
		account := &accounts[i]
		working = append(working, rolesOf(account, scope.Identity.AccountID)...)
		if account.Spec.AccountID != scope.Identity.AccountID {
			continue
		}
		bounds := boundsOf(account, namespace, scope.Identity, by.Region)
		boundary, _ := bounds.Boundary()
		always = append(always, boundary)
		p.Resources = append(p.Resources, bounds.Protected()...)
	}
	for _, arn := range working {
		if name := guardrail.RoleNameOf(arn); name != "" {
			p.Roles = append(p.Roles, name)
		}
	}
	bounds := boundsOf(scope.Account, namespace, scope.Identity, by.Region)
	p.Resources = append(p.Resources, bounds.Protected(append(always, working...)...)...)
	return p, nil
}

// rolesOf are the roles of an AWS account that are assumed on the way into an account.
func rolesOf(account *v1alpha1.AWSAccount, accountID string) []string {
	var arns []string
	for _, hop := range pass.HopsOf(account) {
		if guardrail.InAccount(hop.RoleARN, accountID) {
			arns = append(arns, hop.RoleARN)
		}
	}
	return arns
}

// boundariesOf are the boundaries that roles of other namespaces have in an AWS account, for what may be taken over.
func boundariesOf(
	ctx context.Context, by *pass.Reconciler, scope pass.Scope, namespace string,
) (map[string]string, error) {
	var roles v1alpha1.ECSRoleList
	if err := by.Client.List(ctx, &roles, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the ECSRoles: %w", err)
	}
	found := map[string]string{}
	for i := range roles.Items {
		arn := roles.Items[i].Status.PermissionsBoundary
		if roles.Items[i].Namespace != namespace && guardrail.InAccount(arn, scope.Identity.AccountID) {
			found[strings.ToLower(guardrail.ResourceOf(arn))] = "a role of another namespace"
		}
	}
	return found, nil
}
