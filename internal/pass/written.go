// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// ApplyStatus writes a status by server-side apply under one field owner.
func ApplyStatus(ctx context.Context, c client.Client, object client.Object, status any) error {
	gvk, err := apiutil.GVKForObject(object, c.Scheme())
	if err != nil {
		return fmt.Errorf("finding the kind of an object: %w", err)
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&struct {
		Status any `json:"status"`
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

// writtenStatuses remembers the digests of the statuses that were last written, to tell them from those that a person
// wrote, which are put right at once. The zero value is ready.
type writtenStatuses struct {
	mu      sync.Mutex
	digests map[types.UID]string
}

// apply writes the status of an object when it differs from the old one. What need not be written is as good as
// written: a controller that was started over it knows it for its own.
func (w *writtenStatuses) apply(ctx context.Context, c client.Client, object client.Object, old, status any) error {
	w.remember(object.GetUID(), status)
	if equality.Semantic.DeepEqual(old, status) {
		return nil
	}
	return ApplyStatus(ctx, c, object, status)
}

func (w *writtenStatuses) remember(uid types.UID, status any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.digests == nil {
		w.digests = map[types.UID]string{}
	}
	w.digests[uid] = digest(status)
}

func (w *writtenStatuses) forget(uid types.UID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.digests, uid)
}

// foreign reports whether a status changed to one that was not written here. Of an object that no pass wrote the status
// of nothing is known.
func (w *writtenStatuses) foreign(uid types.UID, before, after any) bool {
	w.mu.Lock()
	written := w.digests[uid]
	w.mu.Unlock()
	return written != "" && !equality.Semantic.DeepEqual(before, after) && digest(after) != written
}
