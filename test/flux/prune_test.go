// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
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

const account = `
apiVersion: ecsiam.dev/v1alpha1
kind: AWSAccount
metadata: {name: default}
spec:
  accountID: "111122223333"
  region: eu-west-1
  allowedNamespaces: {from: Names, names: [payments]}
  propagationDelaySeconds: 0
`

// Flux asks for the deletion of all objects at once, in an order of its own.
func TestDeletingAKustomizationThatHasTheAccountTooDeletesItsRolesAndPoliciesInIAM(t *testing.T) {
	c := startWithoutAccount(t)
	kustomization := c.kustomize()
	c.applied(kustomization, c.publish(files{"account.yaml": account, "roles.yaml": roleAndPolicy}))
	c.hasRole("payments_checkout", true)

	c.must(c.client.Delete(c.Context(), kustomization))
	for _, object := range []client.Object{
		kustomization, at(&v1alpha1.ECSRole{}, "checkout"), at(&v1alpha1.ECSPolicy{}, "read-orders"),
		&v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}},
	} {
		c.gone(object)
	}
	if !c.sim.In(environment.AccountID).Empty() {
		t.Error("something is left in IAM")
	}
}
