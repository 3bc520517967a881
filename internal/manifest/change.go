// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// RefusedChange returns what an API server refuses of the change of an object, such as another value of an immutable
// field: what the rules say of it that they would not say of a new object. Both are of the given kind, with defaults
// set.
func RefusedChange(ctx context.Context, kind string, before, after runtime.Object) (field.ErrorList, error) {
	s, err := schemaFor(v1alpha1.GroupVersion.WithKind(kind))
	if err != nil {
		return nil, err
	}
	old, err := content(before)
	if err != nil {
		return nil, err
	}
	changed, err := content(after)
	if err != nil {
		return nil, err
	}
	said := map[string]bool{}
	asNew, _ := s.rules.check(ctx, nil, changed, nil, celObjectBudget)
	for _, e := range asNew {
		said[e.Error()] = true
	}
	errs, _ := s.rules.check(ctx, nil, changed, old, celObjectBudget)
	errs = slices.DeleteFunc(errs, func(e *field.Error) bool { return said[e.Error()] })
	slices.SortFunc(errs, func(a, b *field.Error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs, nil
}

// content is an object without its status, as the rules see it.
func content(object runtime.Object) (map[string]any, error) {
	values, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, fmt.Errorf("encoding the object: %w", err)
	}
	delete(values, "status")
	return values, nil
}
