// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
)

// List gives all objects of the kind, sorted by namespace and name.
func (e *Environment) List(ctx context.Context, k view.Kind) ([]*unstructured.Unstructured, error) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(k.Name + "List"))
	if err := e.Kube.List(ctx, list); err != nil {
		return nil, fmt.Errorf("listing objects of kind %s: %w", k.Name, err)
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

// Show prints one table a kind.
func (e *Environment) Show(ctx context.Context) error {
	for _, k := range view.Kinds {
		objects, err := e.List(ctx, k)
		if err != nil {
			return err
		}
		if len(objects) > 0 {
			e.Printf("\n")
			e.Table(k.Headings(), k.Rows(objects))
		}
	}
	return nil
}

// waitUntilReady waits until the given objects of this project are Ready. When they are not in time, the error has the
// conditions of those that are not.
func (e *Environment) waitUntilReady(
	ctx context.Context, objects []*unstructured.Unstructured, say console.Say,
) (string, error) {
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	var ours, waiting []*unstructured.Unstructured
	for _, object := range objects {
		if object.GroupVersionKind().Group == v1alpha1.GroupName {
			ours = append(ours, object)
		}
	}
	err := Poll(limited, func() (bool, error) {
		still, err := e.notReady(limited, ours)
		if err == nil {
			waiting = still
			say("%d of %d objects are Ready%s", len(ours)-len(waiting), len(ours), view.Reasons(waiting))
		}
		return len(waiting) == 0, err
	})
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		err = fmt.Errorf("%d of %d objects were not Ready after %s (the controller's log is %s):%s",
			len(waiting), len(ours), e.Timeout, e.ManagerLog(), view.Explain(waiting))
	}
	return fmt.Sprintf("all %d are Ready (%.1f s)", len(ours), time.Since(began).Seconds()), err
}

// notReady gives those of the objects that are not Ready, as they are now.
func (e *Environment) notReady(
	ctx context.Context, objects []*unstructured.Unstructured,
) ([]*unstructured.Unstructured, error) {
	current := map[string]*unstructured.Unstructured{}
	for _, k := range view.Kinds {
		list, err := e.List(ctx, k)
		if err != nil {
			return nil, err
		}
		for _, object := range list {
			current[view.Name(object)] = object
		}
	}
	var waiting []*unstructured.Unstructured
	for _, object := range objects {
		now, ok := current[view.Name(object)]
		if !ok {
			now = object
		}
		if !view.IsReady(now) {
			waiting = append(waiting, now)
		}
	}
	return waiting, nil
}
