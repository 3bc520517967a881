// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// outOfBoundsLimit bounds status.outOfBounds, as the schema has it.
const outOfBoundsLimit = 50

// outOfBounds are the objects whose entities break a bound of their account, and how many the list has no room for:
// entities that were there before the bound was. What they permit was judged in the passes of the objects.
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
	slices.SortStableFunc(roles.Items, admittedBefore)
	var found []v1alpha1.OutOfBounds
	older := map[string]int{}
	for i := range roles.Items {
		role := &roles.Items[i]
		place := guardrail.Place{Names: guardrail.RoleNames(role, account), Older: older[role.Namespace]}
		older[role.Namespace]++
		found = append(found, outside(v1alpha1.KindECSRole, role, role.Status.RoleARN, place.Outside(account))...)
	}
	for i := range policies.Items {
		policy := &policies.Items[i]
		place := guardrail.Place{Names: guardrail.PolicyNames(policy, account)}
		found = append(found, outside(v1alpha1.KindECSPolicy, policy, policy.Status.PolicyARN, place.Outside(account))...)
	}
	if n := len(found) - outOfBoundsLimit; n > 0 {
		return found[:outOfBoundsLimit], int32(n), nil
	}
	return found, 0, nil
}

// admittedBefore has the oldest roles first; of one second, those that exist in AWS.
func admittedBefore(a, b v1alpha1.ECSRole) int {
	return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time),
		-cmp.Compare(min(len(a.Status.RoleARN), 1), min(len(b.Status.RoleARN), 1)), cmp.Compare(a.Name, b.Name))
}

// outside is what an object breaks: bounds of places, which count once it has an entity, and the guardrails.
func outside(kind string, object pass.Object, entity string, places []string) []v1alpha1.OutOfBounds {
	var messages []string
	if entity != "" {
		messages = append(messages, places...)
	}
	if why := exceeded(object); why != "" {
		messages = append(messages, pass.Bounded([]string{why}, 1)...)
	}
	found := make([]v1alpha1.OutOfBounds, len(messages))
	for i, message := range messages {
		found[i] = v1alpha1.OutOfBounds{
			Kind: v1alpha1.NamedKind(kind), Namespace: v1alpha1.NamespaceName(object.GetNamespace()),
			Name: object.GetName(), Message: message,
		}
	}
	return found
}

// exceedingSettles is how long a change of what exceeds the guardrails waits for others: when they become tighter, all
// objects of the account are judged one after the other.
const exceedingSettles = 5 * time.Second

// exceedingChanges has an account looked at when what an object of it says of the guardrails changes.
func exceedingChanges() handler.EventHandler {
	return handler.Funcs{UpdateFunc: func(
		ctx context.Context, e event.UpdateEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request],
	) {
		if exceeded(e.ObjectOld) == exceeded(e.ObjectNew) {
			return
		}
		for _, request := range pass.UserOfAccount(ctx, e.ObjectNew) {
			q.AddAfter(request, exceedingSettles)
		}
	}}
}

// exceeded is what the condition GuardrailExceeded of an object says, empty where it is not there.
func exceeded(object client.Object) string {
	user, ok := object.(pass.Object)
	if !ok {
		return ""
	}
	if c := meta.FindStatusCondition(user.Shared().Conditions, v1alpha1.ConditionGuardrailExceeded); c != nil {
		return c.Message
	}
	return ""
}
