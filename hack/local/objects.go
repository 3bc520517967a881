// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// views are the kinds of this project, each with the columns that it is shown with beside namespace, name and Ready.
var views = []view{
	{kind: v1alpha1.KindAWSAccount, columns: []column{
		{"ACCOUNT", []string{"spec", "accountID"}},
		{"PARTITION", []string{"status", "partition"}},
	}},
	{kind: v1alpha1.KindECSServiceLinkedRole, columns: []column{
		{"SERVICE", []string{"spec", "service"}},
		{"ROLE", []string{"status", "roleName"}},
	}},
	{kind: v1alpha1.KindECSPolicy, namespaced: true, columns: []column{
		{"POLICY", []string{"status", "policyName"}},
		{"VERSION", []string{"status", "defaultVersionID"}},
	}},
	{kind: v1alpha1.KindECSRole, namespaced: true, columns: []column{
		{"TYPE", []string{"spec", "type"}},
		{"ROLE", []string{"status", "roleName"}},
	}},
}

type view struct {
	kind       string
	namespaced bool
	columns    []column
}

type column struct {
	heading string
	field   []string
}

// list gives all objects of the kind, sorted by namespace and name.
func (s *system) list(ctx context.Context, v view) ([]*unstructured.Unstructured, error) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(v.kind + "List"))
	if err := s.kube.List(ctx, list); err != nil {
		return nil, fmt.Errorf("listing objects of kind %s: %w", v.kind, err)
	}
	objects := make([]*unstructured.Unstructured, len(list.Items))
	for i := range list.Items {
		objects[i] = &list.Items[i]
	}
	slices.SortFunc(objects, func(a, b *unstructured.Unstructured) int {
		return cmp.Or(strings.Compare(a.GetNamespace(), b.GetNamespace()), strings.Compare(a.GetName(), b.GetName()))
	})
	return objects, nil
}

// show prints one table a kind.
func (s *system) show(ctx context.Context) error {
	for _, v := range views {
		objects, err := s.list(ctx, v)
		if err != nil {
			return err
		}
		if len(objects) > 0 {
			s.printf("\n")
			s.table(v.headings(), v.rows(objects))
		}
	}
	return nil
}

func (v view) headings() []string {
	headings := []string{"NAME"}
	if v.namespaced {
		headings = []string{"NAMESPACE", "NAME"}
	}
	for _, c := range v.columns {
		headings = append(headings, c.heading)
	}
	return append(headings, "READY", "REASON")
}

func (v view) rows(objects []*unstructured.Unstructured) [][]string {
	rows := make([][]string, 0, len(objects))
	for _, object := range objects {
		row := make([]string, 0, len(v.columns)+4)
		if v.namespaced {
			row = append(row, object.GetNamespace())
		}
		row = append(row, object.GetName())
		for _, c := range v.columns {
			row = append(row, text(object, c.field...))
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
		conditions[text(c, "type")] = condition{text(c, "status"), text(c, "reason"), text(c, "message")}
	}
	return conditions
}

// isReady says whether the controller has finished with the newest spec.
func isReady(object *unstructured.Unstructured) bool {
	seen, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	return seen == object.GetGeneration() && conditionsOf(object)[v1alpha1.ConditionReady].status == "True"
}

// waitUntilReady waits until the given objects of this project are Ready. When they are not in time, the error has the
// conditions of those that are not.
func (s *system) waitUntilReady(
	ctx context.Context, objects []*unstructured.Unstructured, say func(string, ...any),
) (string, error) {
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var ours, waiting []*unstructured.Unstructured
	for _, object := range objects {
		if object.GroupVersionKind().Group == v1alpha1.GroupName {
			ours = append(ours, object)
		}
	}
	err := poll(limited, func() (bool, error) {
		still, err := s.notReady(limited, ours)
		if err == nil {
			waiting = still
			say("%d of %d objects are Ready%s", len(ours)-len(waiting), len(ours), reasons(waiting))
		}
		return len(waiting) == 0, err
	})
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		err = fmt.Errorf("%d of %d objects were not Ready after %s (the controller's log is %s):%s",
			len(waiting), len(ours), s.timeout, s.files.shown(s.files.managerLog), explain(waiting))
	}
	return fmt.Sprintf("all %d are Ready (%.1f s)", len(ours), time.Since(began).Seconds()), err
}

// notReady gives those of the objects that are not Ready, as they are now.
func (s *system) notReady(
	ctx context.Context, objects []*unstructured.Unstructured,
) ([]*unstructured.Unstructured, error) {
	current := map[string]*unstructured.Unstructured{}
	for _, v := range views {
		list, err := s.list(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, object := range list {
			current[nameOf(object)] = object
		}
	}
	var waiting []*unstructured.Unstructured
	for _, object := range objects {
		now, ok := current[nameOf(object)]
		if !ok {
			now = object
		}
		if !isReady(now) {
			waiting = append(waiting, now)
		}
	}
	return waiting, nil
}

// reasons counts objects by the reason of their Ready condition.
func reasons(objects []*unstructured.Unstructured) string {
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

// explain lists the conditions of objects, and what the controller has planned for them.
func explain(objects []*unstructured.Unstructured) string {
	var b strings.Builder
	for _, object := range objects {
		fmt.Fprintf(&b, "\n  %s", nameOf(object))
		conditions := conditionsOf(object)
		for _, kind := range []string{
			v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled, v1alpha1.ConditionDrifted,
		} {
			if c, ok := conditions[kind]; ok {
				fmt.Fprintf(&b, "\n    %s=%s %s: %s", kind, c.status, c.reason, c.message)
			}
		}
		plan, _, _ := unstructured.NestedStringSlice(object.Object, "status", "plan")
		for _, operation := range plan {
			fmt.Fprintf(&b, "\n    plan: %s", operation)
		}
	}
	return b.String()
}

// nameOf is how messages name an object: ECSRole payments/checkout.
func nameOf(object *unstructured.Unstructured) string {
	name := object.GetName()
	if namespace := object.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return object.GetKind() + " " + name
}

func text(object *unstructured.Unstructured, field ...string) string {
	value, _, _ := unstructured.NestedString(object.Object, field...)
	return value
}

// newObject is an empty object of a kind of this project, to be read into or deleted.
func newObject(kind, namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{
		Group: v1alpha1.GroupName, Version: v1alpha1.GroupVersion.Version, Kind: kind,
	})
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}
