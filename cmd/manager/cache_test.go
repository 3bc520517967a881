// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"

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

func TestWithAChangeLogTheCacheKeepsWhoWroteTheSpecLast(t *testing.T) {
	at := func(minute int) *metav1.Time { t := metav1.NewTime(time.Unix(int64(minute)*60, 0)); return &t }
	role := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
		{Manager: "flux", Time: at(2), FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:type":{}}}`)},
		{Manager: "kubectl", Time: at(1), FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:tags":{}}}`)},
		{Manager: "labeller", Time: at(3), FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{}}`)},
		{Manager: "us", Time: at(4), Subresource: "status", FieldsV1: metav1.NewFieldsV1(`{"f:status":{}}`)},
	}}}
	if _, err := cacheOptions(true).DefaultTransform(role); err != nil {
		t.Fatal(err)
	}
	kept := role.ManagedFields
	if len(kept) != 1 || kept[0].Manager != "flux" || kept[0].FieldsV1.GetRawString() != `{"f:spec":{}}` {
		t.Errorf("the cache keeps %v", kept)
	}
}
