// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Reconciler makes the passes over the objects of one kind.
type Reconciler struct {
	Environment

	kind      anyKind
	beliefs   *belief.Store
	overdue   overdue
	waits     waits
	holds     holds
	hearsays  hearsays
	written   writtenStatuses
	documents documentCache
	gate      gate
	// admitted are the objects that were let have their names, by uid; their statuses show it later.
	admitted sync.Map
	// said are the reasons of Ready that were last written, by uid.
	said sync.Map
}

// anyKind is a kind without its type parameter.
type anyKind struct {
	Description

	new      func() Object
	newList  func() client.ObjectList
	names    func(Object, *v1alpha1.AWSAccount) []guardrail.Name
	gather   func(context.Context, *Reconciler, Scope, Object) (Facts, error)
	identify func(Object, Seen)
	status   func(Object) any
}

// uniqueID is the unique id that the status knows, or nothing.
func (k anyKind) uniqueID(object Object) string {
	if k.UniqueID == nil {
		return ""
	}
	return k.UniqueID(object)
}

// replaced reports whether the entity has another unique id than the status knows.
func (k anyKind) replaced(object Object, got iam.Observation) bool {
	known := k.uniqueID(object)
	return k.NamedByID && known != "" && got.Role != nil && got.Role.ID != "" && got.Role.ID != known
}

// name is that of the controller.
func (k anyKind) name() string { return strings.ToLower(k.Kind) }

// items are the objects of a list of the kind.
func (anyKind) items(list client.ObjectList) []Object {
	var items []Object
	_ = meta.EachListItem(list, func(item runtime.Object) error { // the function never fails, and lists have items
		if object, ok := item.(Object); ok {
			items = append(items, object)
		}
		return nil
	})
	return items
}
