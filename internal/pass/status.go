// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Bounds of lists in the status, as the schema has them.
const (
	planLimit    = 50
	warningLimit = 20
	lineLimit    = 512
)

// warnings are what a person should know of the spec and of what was planned for it, but for what is not wanted.
// Account ids are shortened, as everywhere in a status.
func warnings(o outcome, checks *v1alpha1.Checks) []v1alpha1.Warning {
	if o.want == nil {
		return nil
	}
	var kept []v1alpha1.Warning
	for _, w := range slices.Concat(o.want.Warnings(), o.plan.Warnings, outsideWarnings(o.outside)) {
		if checks.Wants(w.Code) {
			w.Message = shortened(iam.WithoutAccounts(w.Message))
			kept = append(kept, w)
		}
	}
	return boundedWarnings(kept)
}

// Bounded cuts a list and its lines to what the schema allows, and says that something is missing.
func Bounded(lines []string, limit int) []string {
	var kept []string
	for i, line := range lines {
		if i == limit-1 && len(lines) > limit {
			return append(kept, "… and more")
		}
		kept = append(kept, shortened(line))
	}
	return kept
}

func shortened(line string) string {
	if len(line) > lineLimit {
		return strings.ToValidUTF8(line[:lineLimit], "") + "…"
	}
	return line
}

// applyStatus writes the status of an object, and only when it differs.
func (r *Reconciler) applyStatus(ctx context.Context, object, next Object) error {
	return r.written.apply(ctx, r.Client, object, r.kind.status(object), r.kind.status(next))
}

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

// outsideWarnings say which bounds of the account an entity breaks that exists already.
func outsideWarnings(outside []string) []v1alpha1.Warning {
	list := make([]v1alpha1.Warning, len(outside))
	for i, why := range outside {
		at, message, _ := strings.Cut(why, ": ")
		if !strings.HasPrefix(at, "spec.") {
			at, message = "", why
		}
		list[i] = v1alpha1.Warning{Code: v1alpha1.WarningOutOfBounds, Field: at, Message: message}
	}
	return list
}
