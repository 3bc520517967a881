// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// settledBefore reports whether the object was as declared when its present generation was last looked at.
func settledBefore(object Object) bool {
	s := object.Shared()
	return s.ObservedGeneration == object.GetGeneration() &&
		meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ConditionReady)
}

// ReadyReason is the reason of the condition Ready, or nothing.
func ReadyReason(object Object) string {
	if c := meta.FindStatusCondition(object.Shared().Conditions, v1alpha1.ConditionReady); c != nil {
		return c.Reason
	}
	return ""
}

func paused(object client.Object) bool {
	return object.GetAnnotations()[v1alpha1.AnnotationPaused] == "true"
}

// forcedPass reports whether the annotation ecsiam.dev/reconcile-at asks for a pass that was not made yet.
func forcedPass(object Object) bool {
	token := object.GetAnnotations()[v1alpha1.AnnotationReconcileAt]
	return token != "" && token != object.Shared().LastHandledReconcileAt
}
