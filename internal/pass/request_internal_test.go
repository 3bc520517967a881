// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestARequestForAPassIsRepeatedInTheStatusWithinBounds(t *testing.T) {
	for name, token := range map[string]string{
		"a date": "2026-11-26T18:00:00Z", "as large as annotations may be": strings.Repeat("x", 250<<10),
	} {
		role := &v1alpha1.ECSRole{}
		role.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: token}
		if !forcedPass(role) {
			t.Errorf("%s: no pass is asked for", name)
		}
		role.Status.LastHandledReconcileAt = requestToken(role)
		if n := len(role.Status.LastHandledReconcileAt); n > longestToken {
			t.Errorf("%s: the status has %d bytes of it", name, n)
		}
		if forcedPass(role) {
			t.Errorf("%s: a pass is asked for again", name)
		}
		role.Annotations[v1alpha1.AnnotationReconcileAt] += "!"
		if !forcedPass(role) {
			t.Errorf("%s: another token asks for no pass", name)
		}
	}
	role := &v1alpha1.ECSRole{}
	role.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: "a date"}
	if requestToken(role) != "a date" {
		t.Error("programs compare the status with the token that they wrote")
	}
}
