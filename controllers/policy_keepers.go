// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// referrers are the names in IAM of the roles that may have the policy: those whose ECSRoles refer to it. What names it
// by its ARN refers to it as well when it is to be deleted.
func referrers(ctx context.Context, by *pass.Reconciler, facts policyFacts) ([]string, error) {
	object := facts.inputs.Policy
	var list v1alpha1.ECSRoleList
	options := []client.ListOption{client.InNamespace(object.Namespace)}
	if !facts.deleting {
		options = append(options, client.MatchingFields{indexPolicyRef: object.Name})
	}
	if err := by.Client.List(ctx, &list, options...); err != nil {
		return nil, fmt.Errorf("listing the ECSRoles that refer to the policy: %w", err)
	}
	var names []string
	for i := range list.Items {
		role := &list.Items[i]
		account, err := by.Sharing(ctx, role, facts.inputs.Account)
		if err != nil {
			return nil, err
		}
		if account != nil && refers(facts, role, account) {
			names = append(names, desired.RoleName(role, account))
		}
	}
	slices.Sort(names)
	return names, nil
}

func refers(facts policyFacts, role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) bool {
	if slices.Contains(policyRefs(role), facts.inputs.Policy.Name) {
		return true
	}
	in := facts.inputs
	return facts.deleting && role.DeletionTimestamp.IsZero() && desired.NamesPolicy(desired.Inputs{
		Role: role, Account: account, AccountID: in.AccountID, Partition: in.Partition, Region: in.Region,
	}, desired.AbsentPolicy(in).Policy.ARN)
}

// policyRefs are the names of the ECSPolicies that an ECSRole refers to.
func policyRefs(role *v1alpha1.ECSRole) []string {
	var names []string
	for i := range role.Spec.ManagedPolicies {
		if ref := role.Spec.ManagedPolicies[i].PolicyRef; ref != nil {
			names = append(names, ref.Name)
		}
	}
	return names
}

// policiesOfRole are the policies that a role refers to; when it is changed, also those that it referred to.
func policiesOfRole(_ context.Context, _ client.Reader, o client.Object) []reconcile.Request {
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
