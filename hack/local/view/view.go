// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package view shows objects of this project as a user sees them: by name, condition and printed column.
package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Kinds are the kinds of this project, each with the columns that it is shown with beside namespace, name and Ready.
var Kinds = []Kind{
	{Name: v1alpha1.KindAWSAccount, columns: []column{
		{"ACCOUNT", []string{"spec", "accountID"}},
		{"PARTITION", []string{"status", "partition"}},
	}},
	{Name: v1alpha1.KindECSServiceLinkedRole, columns: []column{
		{"SERVICE", []string{"spec", "service"}},
		{"ROLE", []string{"status", "roleName"}},
	}},
	{Name: v1alpha1.KindECSChangeApproval, columns: []column{
		{"OPERATION", []string{"spec", "operation"}},
		{"TARGET", []string{"spec", "targetRef", "name"}},
	}},
	{Name: v1alpha1.KindECSPolicy, namespaced: true, columns: []column{
		{"POLICY", []string{"status", "policyName"}},
		{"VERSION", []string{"status", "defaultVersionID"}},
	}},
	{Name: v1alpha1.KindECSRole, namespaced: true, columns: []column{
		{"TYPE", []string{"spec", "type"}},
		{"ROLE", []string{"status", "roleName"}},
	}},
}

// Kind is a kind and how it is shown.
type Kind struct {
	Name       string
	namespaced bool
	columns    []column
}

type column struct {
	heading string
	field   []string
}

// Headings are those of the columns.
func (k Kind) Headings() []string {
	headings := []string{"NAME"}
	if k.namespaced {
		headings = []string{"NAMESPACE", "NAME"}
	}
	for _, c := range k.columns {
		headings = append(headings, c.heading)
	}
	return append(headings, "READY", "REASON")
}

// Rows has a row of columns for each object.
func (k Kind) Rows(objects []*unstructured.Unstructured) [][]string {
	rows := make([][]string, 0, len(objects))
	for _, object := range objects {
		row := make([]string, 0, len(k.columns)+4)
		if k.namespaced {
			row = append(row, object.GetNamespace())
		}
		row = append(row, object.GetName())
		for _, c := range k.columns {
			row = append(row, Text(object, c.field...))
		}
		ready := conditionsOf(object)[v1alpha1.ConditionReady]
		rows = append(rows, append(row, ready.status, ready.reason))
	}
	return rows
}

type condition struct{ status, reason, message string }

func conditionsOf(object *unstructured.Unstructured) map[string]condition {
	conditions := map[string]condition{}
	list, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, item := range list {
		fields, _ := item.(map[string]any)
		c := &unstructured.Unstructured{Object: fields}
		conditions[Text(c, "type")] = condition{Text(c, "status"), Text(c, "reason"), Text(c, "message")}
	}
	return conditions
}

// IsReady says whether the controller has finished with the newest spec.
func IsReady(object *unstructured.Unstructured) bool {
	seen, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	return seen == object.GetGeneration() && conditionsOf(object)[v1alpha1.ConditionReady].status == "True"
}

// Ready is the reason and the message of an object's Ready condition.
func Ready(object *unstructured.Unstructured) (reason v1alpha1.Reason, message string) {
	c := conditionsOf(object)[v1alpha1.ConditionReady]
	return v1alpha1.Reason(c.reason), c.message
}

// Reasons counts objects by the reason of their Ready condition.
func Reasons(objects []*unstructured.Unstructured) string {
	counts := map[string]int{}
	for _, object := range objects {
		counts[conditionsOf(object)[v1alpha1.ConditionReady].reason]++
	}
	var b strings.Builder
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, ", %d %s", counts[reason], reason)
	}
	return b.String()
}

// Explain lists the conditions of objects, and what the controller has planned for them.
func Explain(objects []*unstructured.Unstructured) string {
	var b strings.Builder
	for _, object := range objects {
		fmt.Fprintf(&b, "\n  %s", Name(object))
		conditions := conditionsOf(object)
		for _, kind := range []string{
			v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled, v1alpha1.ConditionDrifted,
		} {
			if c, ok := conditions[kind]; ok {
				fmt.Fprintf(&b, "\n    %s=%s %s: %s", kind, c.status, c.reason, c.message)
			}
		}
		operations, _, _ := unstructured.NestedSlice(object.Object, "status", "plan", "operations")
		for _, operation := range operations {
			message, _, _ := unstructured.NestedString(operation.(map[string]any), "message")
			fmt.Fprintf(&b, "\n    plan: %s", message)
		}
	}
	return b.String()
}

// Name is how messages name an object: ECSRole payments/checkout.
func Name(object *unstructured.Unstructured) string {
	name := object.GetName()
	if namespace := object.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return object.GetKind() + " " + name
}

// Text is a field that holds a string; empty when there is none.
func Text(object *unstructured.Unstructured, field ...string) string {
	value, _, _ := unstructured.NestedString(object.Object, field...)
	return value
}

// New is an empty object of a kind of this project, to be read into or deleted.
func New(kind, namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{
		Group: v1alpha1.GroupName, Version: v1alpha1.GroupVersion.Version, Kind: kind,
	})
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}
