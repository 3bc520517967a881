// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apivalidation

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

func statement(sid string, more map[string]any) map[string]any {
	fields := map[string]any{
		"sid": sid, "effect": "Allow", "actions": []any{"s3:GetObject"}, "resources": []any{"arn:aws:s3:::bucket/*"},
	}
	maps.Copy(fields, more)
	return fields
}

// A lenient client has fields dropped that the schema does not know. Dropping the near miss of condition would leave an
// unconditional permission.
func TestALenientClientCannotLoseTheConditionOfAStatement(t *testing.T) {
	condition := map[string]any{"StringEquals": map[string]any{"aws:ResourceAccount": []any{"111122223333"}}}
	nearMiss := statement("Read", map[string]any{"conditions": condition})
	lenient := metav1.PatchOptions{FieldValidation: metav1.FieldValidationIgnore}
	patches := map[string]struct {
		format types.PatchType
		patch  any
	}{
		"by merge patch": {types.MergePatchType, map[string]any{"spec": map[string]any{"statements": []any{nearMiss}}}},
		"by JSON patch": {types.JSONPatchType, []any{
			map[string]any{"op": "add", "path": "/spec/statements/0/conditions", "value": condition},
		}},
		"by JSON patch, moving the condition": {types.JSONPatchType, []any{
			map[string]any{"op": "move", "from": "/spec/statements/0/condition", "path": "/spec/statements/0/conditions"},
		}},
	}
	for name, change := range patches {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			role := newRole("near-miss", map[string]any{
				"statements": []any{statement("Read", map[string]any{"condition": condition})},
			})
			mustApply(t, role, namespace)
			data, err := json.Marshal(change.patch)
			if err != nil {
				t.Fatal(err)
			}
			_, err = client(role, namespace).Patch(t.Context(), role.GetName(), change.format, data, lenient)
			expectMessages(t, name, err, []string{"spec.statements[0].conditions", "condition (singular)"})
		})
	}
}

func TestAFieldThatALenientClientLosesLeavesTheStatementComplete(t *testing.T) {
	role := newRole("lost", map[string]any{"statements": []any{statement("Read", map[string]any{"comment": "*"})}})
	namespace := newNamespace(t)
	stored, err := create(t.Context(), role, namespace, metav1.FieldValidationIgnore)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { remove(t, role, namespace) })
	statements, _, err := unstructured.NestedSlice(stored.Object, "spec", "statements")
	if err != nil {
		t.Fatal(err)
	}
	got := statements[0].(map[string]any)
	if _, found := got["comment"]; found || fmt.Sprint(got["resources"]) != "[arn:aws:s3:::bucket/*]" {
		t.Errorf("got statement %v", got)
	}
}

func TestASecondManagerCannotAddAStatementSilently(t *testing.T) {
	namespace := newNamespace(t)
	mustApply(t, newRole("shared", map[string]any{"statements": []any{statement("Read", nil)}}), namespace)
	intruder := newRole("shared", map[string]any{"statements": []any{statement("Write", nil)}})
	data, err := intruder.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	_, err = client(intruder, namespace).Patch(t.Context(), "shared", types.ApplyPatchType, data,
		metav1.PatchOptions{FieldManager: "intruder"})
	if !apierrors.IsConflict(err) || !strings.Contains(err.Error(), ".spec.statements") {
		t.Errorf("got %v, want a conflict on .spec.statements", err)
	}
}

func TestTagsMayBeEmptiedByServerSideApply(t *testing.T) {
	namespace := newNamespace(t)
	mustApply(t, newRole("tagged", map[string]any{"tags": map[string]any{"team": "payments"}}), namespace)
	stored, err := apply(t.Context(), newRole("tagged", map[string]any{"tags": map[string]any{}}), namespace)
	if err != nil {
		t.Fatal(err)
	}
	if got := field(stored, "spec.tags"); got != "map[]" {
		t.Errorf("got tags %s, want none", got)
	}
}

// The estimate of the rules' cost is checked when a CRD is installed, the real cost with every request.
func TestTheLargestObjectStaysWithinTheCostBudgetOfARequest(t *testing.T) {
	var statements []any
	for i := range 200 {
		var actions, resources []any
		for j := range 25 {
			actions = append(actions, fmt.Sprintf("service%d:%s%d", j, strings.Repeat("Action", 5), j))
			resources = append(resources, fmt.Sprintf("arn:{partition}:s3:::bucket-%d/%s", j, strings.Repeat("x", 60)))
		}
		statements = append(statements, statement(fmt.Sprintf("%s%d", strings.Repeat("S", 125), i), map[string]any{
			"actions": actions, "resources": resources, "condition": map[string]any{
				"ForAnyValue:StringNotEqualsIgnoreCaseIfExists": map[string]any{"aws:TagKeys": []any{"a", "b"}},
			},
		}))
	}
	tags := map[string]any{}
	for i := range 49 {
		tags[fmt.Sprintf("%s%02d", strings.Repeat("k", 126), i)] = strings.Repeat("v", 256)
	}
	mustApply(t, newRole("largest", map[string]any{"statements": statements, "tags": tags}), newNamespace(t))
}

// Half of the estimated cost that a CRD may have is kept free for the fields to come: five rules of a little under a
// tenth of the budget each still fit.
func TestTheCRDsLeaveHalfOfTheCostBudgetFree(t *testing.T) {
	for _, file := range []string{"ecsiam.dev_ecsroles.yaml", "ecsiam.dev_awsaccounts.yaml"} {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile("../../config/crd/bases/" + file)
			if err != nil {
				t.Fatal(err)
			}
			crd := &unstructured.Unstructured{}
			if err := yaml.Unmarshal(data, &crd.Object); err != nil {
				t.Fatal(err)
			}
			renameCRD(t, crd)
			version := crd.Object["spec"].(map[string]any)["versions"].([]any)[0].(map[string]any)
			properties := version["schema"].(map[string]any)
			for _, key := range []string{"openAPIV3Schema", "properties", "spec", "properties"} {
				properties = properties[key].(map[string]any)
			}
			for i := range 5 {
				properties[fmt.Sprintf("extra%d", i)] = expensiveField()
			}
			_, err = objects.Resource(schema.GroupVersionResource{
				Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
			}).Create(t.Context(), crd, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// expensiveField has a rule whose estimated cost is 98 % of what one rule may cost, and one rule may cost a tenth of
// all.
func expensiveField() map[string]any {
	return map[string]any{
		"type": "array", "maxItems": int64(3500), "items": map[string]any{
			"type": "string", "maxLength": int64(1000), "x-kubernetes-validations": []any{
				map[string]any{"rule": "self.matches('^[a-z]{2,}(-[a-z]+)+-[0-9]+$')", "message": "costs much"},
			},
		},
	}
}

func renameCRD(t *testing.T, crd *unstructured.Unstructured) {
	t.Helper()
	crd.SetName("copies.ecsiam.dev")
	err := unstructured.SetNestedStringMap(crd.Object, map[string]string{
		"plural": "copies", "singular": "copy", "kind": "Copy", "listKind": "CopyList",
	}, "spec", "names")
	if err != nil {
		t.Fatal(err)
	}
}
