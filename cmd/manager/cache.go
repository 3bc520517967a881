// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"unique"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// cacheOptions keep out of the cache what nothing here asks for and what is as long as the objects themselves: who owns
// which field, and what kubectl applied last. Patches leave both as they are, because neither side of one has them.
// Of the owners a change log needs the one that wrote the spec.
func cacheOptions(changeLog bool) cache.Options {
	if changeLog {
		return cache.Options{DefaultTransform: leanWithWriter}
	}
	return cache.Options{DefaultTransform: lean}
}

// leanWithWriter makes an object smaller and keeps who wrote its spec last.
func leanWithWriter(object any) (any, error) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return lean(object)
	}
	writer := pass.SpecWriter(accessor.GetManagedFields())
	smaller, err := lean(object)
	accessor.SetManagedFields(writer)
	return smaller, err
}

// lean makes an object of the cache smaller.
func lean(object any) (any, error) {
	accessor, err := meta.Accessor(object)
	if err != nil { // what marks a deletion that was missed
		return object, nil //nolint:nilerr // it is none of our objects and stays as it is
	}
	accessor.SetManagedFields(nil)
	if _, applied := accessor.GetAnnotations()[corev1.LastAppliedConfigAnnotation]; applied {
		kept := maps.Clone(accessor.GetAnnotations())
		delete(kept, corev1.LastAppliedConfigAnnotation)
		accessor.SetAnnotations(kept)
	}
	if role, ok := object.(*v1alpha1.ECSRole); ok {
		share(role)
	}
	return object, nil
}

// share keeps one copy of the texts that thousands of roles have in common.
func share(role *v1alpha1.ECSRole) {
	role.Namespace, role.Status.AccountID = one(role.Namespace), one(role.Status.AccountID)
	for i := range role.Finalizers {
		role.Finalizers[i] = one(role.Finalizers[i])
	}
	for i := range role.Spec.ManagedPolicies {
		role.Spec.ManagedPolicies[i].ARN = one(role.Spec.ManagedPolicies[i].ARN)
	}
	for i := range role.Status.Conditions {
		shareCondition(&role.Status.Conditions[i])
	}
}

func shareCondition(c *metav1.Condition) {
	c.Type, c.Status, c.Reason, c.Message = one(c.Type), one(c.Status), one(c.Reason), one(c.Message)
}

// one returns the text that equal ones share.
func one[T ~string](text T) T { return unique.Make(text).Value() }
