// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// outOfBoundsLimit bounds status.outOfBounds, as the schema has it.
const outOfBoundsLimit = 50

// outOfBounds are the objects whose entities break a bound of their account, and how many the list has no room for:
// entities that were there before the bound was.
func (r *AccountReconciler) outOfBounds(
	ctx context.Context, account *v1alpha1.AWSAccount,
) ([]v1alpha1.OutOfBounds, int32, error) {
	var roles v1alpha1.ECSRoleList
	var policies v1alpha1.ECSPolicyList
	for _, list := range []client.ObjectList{&roles, &policies} {
		if err := r.Client.List(ctx, list, pass.OfAccount(account.Name)); err != nil {
			return nil, 0, fmt.Errorf("listing the objects of AWSAccount %s: %w", account.Name, err)
		}
	}
	var found []v1alpha1.OutOfBounds
	add := func(kind string, object client.Object, entity string, place guardrail.Place) {
		for _, why := range place.Outside(account) {
			if entity != "" {
				found = append(found, v1alpha1.OutOfBounds{
					Kind: v1alpha1.NamedKind(kind), Namespace: v1alpha1.NamespaceName(object.GetNamespace()),
					Name: object.GetName(), Message: why,
				})
			}
		}
	}
	slices.SortStableFunc(roles.Items, func(a, b v1alpha1.ECSRole) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	older := map[string]int{}
	for i := range roles.Items {
		role := &roles.Items[i]
		add(v1alpha1.KindECSRole, role, role.Status.RoleARN,
			guardrail.Place{Names: guardrail.RoleNames(role, account), Older: older[role.Namespace]})
		older[role.Namespace]++
	}
	for i := range policies.Items {
		policy := &policies.Items[i]
		add(v1alpha1.KindECSPolicy, policy, policy.Status.PolicyARN,
			guardrail.Place{Names: guardrail.PolicyNames(policy, account)})
	}
	if n := len(found) - outOfBoundsLimit; n > 0 {
		return found[:outOfBoundsLimit], int32(n), nil
	}
	return found, 0, nil
}
