// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// roleAndPolicy are a role and a policy that the role has.
const roleAndPolicy = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSPolicy
metadata: {name: read-orders, namespace: payments}
spec:
  statements:
  - {effect: Allow, actions: ["dynamodb:GetItem"], resources: ["arn:{partition}:dynamodb:*:{accountID}:table/orders"]}
---
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: checkout, namespace: payments}
spec:
  type: Task
  managedPolicies:
  - policyRef: {name: read-orders}
`

func TestAKustomizationThatWaitsIsReadyOnlyOnceRolesAndPoliciesAre(t *testing.T) {
	c := startWithController(t)
	c.sim.AddFault(iamsim.Fault{Action: "Create*", Code: "ServiceFailure"})
	role, policy := at(&v1alpha1.ECSRole{}, "checkout"), at(&v1alpha1.ECSPolicy{}, "read-orders")
	revision := c.publish(files{"roles.yaml": roleAndPolicy})
	kustomization := c.kustomize()
	readySince := c.firstReady(&kustomizev1.KustomizationList{}, kustomization)
	roleReady := c.firstReady(&v1alpha1.ECSRoleList{}, role)
	policyReady := c.firstReady(&v1alpha1.ECSPolicyList{}, policy)

	c.says(kustomization, meta.ReconcilingCondition, metav1.ConditionTrue, "Running health checks")
	c.eventually("the controller trying again under the eyes of Flux", c.refusedAgain())
	c.must(c.refresh(c.Context(), policy))
	c.must(conditionSays(policy.Status.Conditions, v1alpha1.ConditionReconciling, metav1.ConditionTrue))
	c.must(c.refresh(c.Context(), kustomization))
	if err := readyAt(kustomization, revision); err == nil {
		t.Fatal("the Kustomization is Ready while IAM refuses to create anything")
	}

	c.sim.ClearFaults()
	c.applied(kustomization, revision)
	last := max(<-roleReady, <-policyReady)
	if first := <-readySince; first < last {
		t.Errorf("the Kustomization was Ready at version %d, and the objects not before %d", first, last)
	}
}

// refusedAgain is an error until IAM has refused three more calls than now.
func (c *cluster) refusedAgain() func(context.Context) error {
	count := func() (refused int) {
		for _, call := range c.sim.Calls() {
			if call.ErrorCode == "ServiceFailure" {
				refused++
			}
		}
		return refused
	}
	before := count()
	return func(context.Context) error {
		if now := count(); now < before+3 {
			return fmt.Errorf("IAM refused %d calls, of them %d before", now, before)
		}
		return nil
	}
}

// at names an object in the team's namespace.
func at[T client.Object](object T, name string) T {
	object.SetNamespace(team)
	object.SetName(name)
	return object
}

// firstReady watches an object and gives the resource version of the write that made it Ready, or 0 at the end of the
// test. The versions of all objects of a cluster are one sequence.
func (c *cluster) firstReady(list client.ObjectList, object client.Object) <-chan uint64 {
	c.Helper()
	events, err := c.client.Watch(c.Context(), list, client.InNamespace(object.GetNamespace()))
	c.must(err)
	c.Cleanup(events.Stop)
	first := make(chan uint64, 1)
	name := object.GetName()
	go func() {
		defer close(first)
		for event := range events.ResultChan() {
			seen, ok := event.Object.(client.Object)
			if !ok || seen.GetName() != name || notReady(seen) != nil {
				continue
			}
			version, err := strconv.ParseUint(seen.GetResourceVersion(), 10, 64)
			if err != nil {
				c.Errorf("resource version %q: %v", seen.GetResourceVersion(), err)
			}
			first <- version
			return
		}
	}()
	return first
}

// notReady is the error that says why an object with conditions is not Ready as it is declared now.
func notReady(object client.Object) error {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return err
	}
	var observed struct {
		Status struct {
			ObservedGeneration int64              `json:"observedGeneration"`
			Conditions         []metav1.Condition `json:"conditions"`
		} `json:"status"`
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, &observed); err != nil {
		return err
	}
	if observed.Status.ObservedGeneration != object.GetGeneration() ||
		!apimeta.IsStatusConditionTrue(observed.Status.Conditions, meta.ReadyCondition) {
		return errors.New(object.GetName() + ": " + said(observed.Status.Conditions))
	}
	return nil
}
