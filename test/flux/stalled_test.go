// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// climbing is a role that the guardrails of every account refuse which names none.
const climbing = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: climbing, namespace: payments}
spec:
  type: Task
  statements:
  - {effect: Allow, actions: ["iam:CreateUser"], resources: ["*"]}
`

func TestAStalledRoleFailsTheKustomizationBeforeItsTimeoutUntilTheNextCommit(t *testing.T) {
	c := startWithController(t)
	c.publish(files{"policies.yaml": roleAndPolicy, "roles.yaml": climbing})
	kustomization := c.kustomize()

	// Its timeout is half an hour, and Flux says itself that it did not wait for it.
	c.says(kustomization, meta.ReadyCondition, metav1.ConditionFalse,
		"failed early due to stalled resources", "ECSRole/payments/climbing status: 'Failed'")
	role := at(&v1alpha1.ECSRole{}, "climbing")
	c.must(c.refresh(c.Context(), role))
	c.must(conditionSays(role.Status.Conditions, v1alpha1.ConditionStalled, metav1.ConditionTrue, "iam:CreateUser"))
	c.eventually("what is not stalled becoming Ready", func(ctx context.Context) error {
		other := at(&v1alpha1.ECSRole{}, "checkout")
		if err := c.refresh(ctx, other); err != nil {
			return err
		}
		return notReady(other)
	})

	c.applied(kustomization, c.publish(files{"policies.yaml": roleAndPolicy}))
}

func TestAStalledRoleThatTheAccountSetsFreeMakesTheKustomizationReadyAtItsRetryInterval(t *testing.T) {
	c := startWithController(t)
	revision := c.publish(files{"roles.yaml": climbing})
	kustomization := c.kustomize(func(spec *kustomizev1.KustomizationSpec) {
		spec.RetryInterval = &metav1.Duration{Duration: 2 * time.Second}
	})
	c.says(kustomization, meta.ReadyCondition, metav1.ConditionFalse, "failed early due to stalled resources")

	c.guard(func(guardrails *v1alpha1.Guardrails) { guardrails.Mode = v1alpha1.GuardrailModeUnrestricted })
	c.applied(kustomization, revision)
}
