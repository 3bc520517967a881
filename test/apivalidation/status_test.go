// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apivalidation

import (
	"maps"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// newRole is the manifest of a Task role with the given further fields of its spec.
func newRole(name string, spec map[string]any) *unstructured.Unstructured {
	fields := map[string]any{"type": string(v1alpha1.RoleTypeTask)}
	maps.Copy(fields, spec)
	role := &unstructured.Unstructured{Object: map[string]any{"spec": fields}}
	role.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(v1alpha1.KindECSRole))
	role.SetName(name)
	return role
}

func newAccount(name string) *unstructured.Unstructured {
	account := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"accountID": "111122223333"}}}
	account.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(v1alpha1.KindAWSAccount))
	account.SetName(name)
	return account
}

func newServiceLinkedRole(name string) *unstructured.Unstructured {
	role := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"service": "ECS"}}}
	role.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(v1alpha1.KindECSServiceLinkedRole))
	role.SetName(name)
	return role
}

func mustApply(t *testing.T, object *unstructured.Unstructured, namespace string) *unstructured.Unstructured {
	t.Helper()
	stored, err := apply(t.Context(), object, namespace)
	if err != nil {
		t.Fatalf("applying %s: %v", object.GetName(), err)
	}
	t.Cleanup(func() { remove(t, object, namespace) })
	return stored
}

func applyStatus(
	t *testing.T, object *unstructured.Unstructured, namespace string, conditions ...metav1.Condition,
) (*unstructured.Unstructured, error) {
	t.Helper()
	var list []any
	for _, condition := range conditions {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&condition)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fields)
	}
	status := &unstructured.Unstructured{Object: map[string]any{
		"status": map[string]any{"observedGeneration": int64(1), "conditions": list},
	}}
	status.SetGroupVersionKind(object.GroupVersionKind())
	status.SetName(object.GetName())
	data, err := status.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	force := true
	return client(object, namespace).Patch(t.Context(), object.GetName(), types.ApplyPatchType, data,
		metav1.PatchOptions{FieldManager: v1alpha1.FieldOwner, Force: &force}, "status")
}

func condition(conditionType v1alpha1.ConditionType, status metav1.ConditionStatus) metav1.Condition {
	return metav1.Condition{
		Type: conditionType, Status: status, Reason: string(v1alpha1.ReasonProgressing), ObservedGeneration: 1,
		LastTransitionTime: metav1.Unix(1_800_000_000, 0),
	}
}

// conditionsOf are the conditions of an object by type, as "status/reason".
func conditionsOf(t *testing.T, object *unstructured.Unstructured) map[string]string {
	t.Helper()
	list, _, err := unstructured.NestedSlice(object.Object, "status", "conditions")
	if err != nil {
		t.Fatal(err)
	}
	conditions := make(map[string]string, len(list))
	for _, item := range list {
		fields := item.(map[string]any)
		conditions[fields["type"].(string)] = fields["status"].(string) + "/" + fields["reason"].(string)
	}
	return conditions
}

func TestANewObjectIsNotReadyBeforeTheFirstPass(t *testing.T) {
	for kind, object := range map[string]*unstructured.Unstructured{
		v1alpha1.KindECSRole:              newRole("new", nil),
		v1alpha1.KindAWSAccount:           newAccount("new"),
		v1alpha1.KindECSServiceLinkedRole: newServiceLinkedRole("new"),
	} {
		t.Run(kind, func(t *testing.T) {
			stored := mustApply(t, object, newNamespace(t))
			if got := field(stored, "status.observedGeneration"); got != "-1" {
				t.Errorf("observedGeneration: got %s, want -1", got)
			}
			conditions := conditionsOf(t, stored)
			if len(conditions) != 1 || conditions["Ready"] != "Unknown/Pending" {
				t.Errorf("conditions: got %v, want only Ready, Unknown/Pending", conditions)
			}
		})
	}
}

func TestAStatusInAManifestIsIgnored(t *testing.T) {
	role := newRole("forged", nil)
	role.Object["status"] = map[string]any{
		"roleARN": "arn:aws:iam::111122223333:role/Admin", "observedGeneration": int64(1),
	}
	stored := mustApply(t, role, newNamespace(t))
	if got := field(stored, "status.roleARN"); got != "<absent>" {
		t.Errorf("roleARN: got %s from a manifest", got)
	}
}

func TestTheControllersFirstStatusTakesTheDefaultOver(t *testing.T) {
	namespace := newNamespace(t)
	role := mustApply(t, newRole("taken-over", nil), namespace)
	stored, err := applyStatus(t, role, namespace, condition(v1alpha1.ConditionReady, metav1.ConditionTrue))
	if err != nil {
		t.Fatal(err)
	}
	conditions := conditionsOf(t, stored)
	if len(conditions) != 1 || conditions["Ready"] != "True/Progressing" {
		t.Errorf("conditions: got %v, want only Ready, True/Progressing", conditions)
	}
	if got := field(stored, "status.observedGeneration"); got != "1" {
		t.Errorf("observedGeneration: got %s, want 1", got)
	}
}

func TestAConditionThatTheControllerNoLongerAppliesIsGone(t *testing.T) {
	namespace := newNamespace(t)
	role := mustApply(t, newRole("healed", nil), namespace)
	ready := condition(v1alpha1.ConditionReady, metav1.ConditionFalse)
	_, err := applyStatus(t, role, namespace, ready, condition(v1alpha1.ConditionStalled, metav1.ConditionTrue))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := applyStatus(t, role, namespace, ready, condition(v1alpha1.ConditionReconciling, metav1.ConditionTrue))
	if err != nil {
		t.Fatal(err)
	}
	if _, found := conditionsOf(t, stored)["Stalled"]; found {
		t.Errorf("Stalled is still there: %v", conditionsOf(t, stored))
	}
}

func TestReconcilingAndStalledTogetherAreRefused(t *testing.T) {
	for kind, object := range map[string]*unstructured.Unstructured{
		v1alpha1.KindECSRole:              newRole("both", nil),
		v1alpha1.KindAWSAccount:           newAccount("both"),
		v1alpha1.KindECSServiceLinkedRole: newServiceLinkedRole("both"),
	} {
		t.Run(kind, func(t *testing.T) {
			namespace := newNamespace(t)
			mustApply(t, object, namespace)
			_, err := applyStatus(t, object, namespace,
				condition(v1alpha1.ConditionReady, metav1.ConditionFalse),
				condition(v1alpha1.ConditionReconciling, metav1.ConditionTrue),
				condition(v1alpha1.ConditionStalled, metav1.ConditionTrue))
			if err == nil || !strings.Contains(err.Error(), "Reconciling and Stalled never appear together") {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
}

func TestDeletionPolicyMayBeChangedWhileDeleting(t *testing.T) {
	namespace := newNamespace(t)
	role := newRole("deleting", nil)
	role.SetFinalizers([]string{v1alpha1.Finalizer})
	if _, err := apply(t.Context(), role, namespace); err != nil {
		t.Fatal(err)
	}
	roles := client(role, namespace)
	if err := roles.Delete(t.Context(), role.GetName(), metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	stored, err := roles.Patch(t.Context(), role.GetName(), types.MergePatchType,
		[]byte(`{"spec": {"deletionPolicy": "Retain"}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatalf("changing deletionPolicy while deleting: %v", err)
	}
	if stored.GetDeletionTimestamp() == nil || field(stored, "spec.deletionPolicy") != "Retain" {
		t.Errorf("got deletionTimestamp %v and deletionPolicy %s", stored.GetDeletionTimestamp(),
			field(stored, "spec.deletionPolicy"))
	}
	_, err = roles.Patch(t.Context(), role.GetName(), types.MergePatchType,
		[]byte(`{"metadata": {"finalizers": null}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatalf("removing the finalizer: %v", err)
	}
	if _, err := roles.Get(t.Context(), role.GetName(), metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("the object is still there: %v", err)
	}
}
