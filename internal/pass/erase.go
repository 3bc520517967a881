// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

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

// erase is the one place where an object is taken for what it is: the reconciler of a kind sees only objects that New
// made.
func erase[O Object](kind Kind[O]) anyKind {
	as := func(object Object) O { return object.(O) } //nolint:forcetypeassert // see above
	return anyKind{
		Description: kind.Describe(),
		new:         func() Object { return kind.New() },
		newList:     kind.NewList,
		names: func(object Object, account *v1alpha1.AWSAccount) []guardrail.Name {
			return kind.Names(as(object), account)
		},
		gather: func(ctx context.Context, by *Reconciler, scope Scope, object Object) (Facts, error) {
			return kind.Gather(ctx, by, scope, as(object))
		},
		identify: func(object Object, seen Seen) { kind.Identify(as(object), seen) },
		status:   func(object Object) any { return kind.Status(as(object)) },
	}
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
