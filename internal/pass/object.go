// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"crypto/sha256"
	"fmt"

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

// longestToken is how long a token of the annotation ecsiam.dev/reconcile-at may be to stand in the status as it is.
const longestToken = 256

// requestToken is what the annotation ecsiam.dev/reconcile-at says. The status repeats it, so that one which is longer
// than any that a person or a program writes is told by its hash: an annotation may be as large as all the rest.
func requestToken(object client.Object) string {
	token := object.GetAnnotations()[v1alpha1.AnnotationReconcileAt]
	if len(token) > longestToken {
		return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(token)))
	}
	return token
}

// forcedPass reports whether the annotation ecsiam.dev/reconcile-at asks for a pass that was not made yet.
func forcedPass(object Object) bool {
	token := requestToken(object)
	return token != "" && token != object.Shared().LastHandledReconcileAt
}
