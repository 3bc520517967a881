// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// prunable are three roles: one as usual, one whose role in AWS outlives it, and one that Flux does not prune.
const prunable = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: goes, namespace: payments}
spec: {type: Task}
---
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: retained, namespace: payments}
spec: {type: Task, deletionPolicy: Retain}
---
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: protected, namespace: payments, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}
spec: {type: Task}
`

func TestPruningDeletesTheRoleInIAMByItsDeletionPolicyAndNotWhereItIsDisabled(t *testing.T) {
	c := startWithController(t)
	c.guard(func(guardrails *v1alpha1.Guardrails) {
		guardrails.DeletionPolicies = []v1alpha1.DeletionPolicy{v1alpha1.DeletionDelete, v1alpha1.DeletionRetain}
	})
	revision := c.publish(files{"roles.yaml": prunable, "policies.yaml": roleAndPolicy})
	kustomization := c.kustomize()
	c.applied(kustomization, revision)

	c.applied(kustomization, c.publish(files{"policies.yaml": roleAndPolicy}))
	c.gone(at(&v1alpha1.ECSRole{}, "goes"))
	c.gone(at(&v1alpha1.ECSRole{}, "retained"))
	c.hasRole("payments_goes", false)
	retained := c.hasRole("payments_retained", true)
	if _, released := retained.Tag(v1alpha1.TagPrefix + "released"); !released {
		t.Errorf("the role that is retained has the tags %v, want the one of a released role", retained.Tags)
	}
	c.untouched(at(&v1alpha1.ECSRole{}, "protected"))
	c.hasRole("payments_protected", true)

	c.must(c.client.Delete(c.Context(), kustomization))
	c.gone(kustomization)
	c.gone(at(&v1alpha1.ECSRole{}, "checkout"))
	c.gone(at(&v1alpha1.ECSPolicy{}, "read-orders"))
	c.hasRole("payments_checkout", false)
	c.untouched(at(&v1alpha1.ECSRole{}, "protected"))
	c.hasRole("payments_protected", true)
}
