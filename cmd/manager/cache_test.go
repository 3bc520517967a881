// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestTheCacheKeepsNothingThatNothingAsksFor(t *testing.T) {
	role := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{
		Name: "app", ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubectl"}},
		Annotations: map[string]string{
			corev1.LastAppliedConfigAnnotation: "{}", v1alpha1.AnnotationPaused: "true",
		},
	}}
	role.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Message: "as declared"}}
	if _, err := lean(role); err != nil {
		t.Fatal(err)
	}
	if len(role.ManagedFields) > 0 || len(role.Annotations) != 1 || role.Annotations[v1alpha1.AnnotationPaused] != "true" {
		t.Errorf("the cache keeps %v and %v, want our own annotation alone", role.ManagedFields, role.Annotations)
	}
	if c := role.Status.Conditions[0]; c.Type != v1alpha1.ConditionReady || c.Message != "as declared" {
		t.Errorf("the condition became %+v", c)
	}
}

func TestWhatIsNoObjectPassesTheCacheUnchanged(t *testing.T) {
	missed := toolscache.DeletedFinalStateUnknown{Key: "team/app"}
	if got, err := lean(missed); got != missed || err != nil {
		t.Errorf("got %v and %v, want it as it was", got, err)
	}
}
