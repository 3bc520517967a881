// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// applyStatus writes a status by server-side apply under one field owner, and only when it differs from the old one.
func applyStatus[S any](ctx context.Context, c client.Client, object client.Object, old, status S) error {
	if equality.Semantic.DeepEqual(old, status) {
		return nil
	}
	gvk, err := apiutil.GVKForObject(object, c.Scheme())
	if err != nil {
		return fmt.Errorf("finding the kind of an object: %w", err)
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&struct {
		Status S `json:"status"`
	}{status})
	if err != nil {
		return fmt.Errorf("converting a status: %w", err)
	}
	patch := &unstructured.Unstructured{Object: content}
	patch.SetGroupVersionKind(gvk)
	patch.SetNamespace(object.GetNamespace())
	patch.SetName(object.GetName())
	patch.SetUID(object.GetUID())
	err = c.Status().Apply(ctx, client.ApplyConfigurationFromUnstructured(patch),
		client.FieldOwner(v1alpha1.FieldOwner), client.ForceOwnership)
	return client.IgnoreNotFound(err)
}
