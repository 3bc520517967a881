// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// described is a role with a field that people change by hand.
const described = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: checkout, namespace: payments}
spec: {type: Task, description: as in Git}
`

func TestFluxTakesBackWhatKubectlChangedInIAMTooAndLeavesAPauseByThePluginAlone(t *testing.T) {
	c := startWithController(t)
	kustomization := c.kustomize()
	c.applied(kustomization, c.publish(files{"roles.yaml": described}))
	role := at(&v1alpha1.ECSRole{}, "checkout")

	c.patch(role, "kubectl-edit", `{"spec": {"description": "by hand"}}`)
	c.eventually("IAM having the edit", c.describes("by hand"))
	c.request(kustomization, "edit")
	c.eventually("IAM having what is in Git", c.describes("as in Git"))

	c.patch(role, "kubectl-annotate", fmt.Sprintf(`{"metadata": {"annotations": {%q: "true"}}}`, v1alpha1.AnnotationPaused))
	c.request(kustomization, "annotation")
	c.paused(role, "")
	c.plugin("pause", "-n", team, "ecsrole/checkout")
	c.request(kustomization, "pause")
	c.paused(role, "true")
}

func TestAKustomizationWaitsForAPausedRoleThatGitChangesUntilItIsResumed(t *testing.T) {
	c := startWithController(t)
	kustomization := c.kustomize()
	c.applied(kustomization, c.publish(files{"roles.yaml": described}))
	c.plugin("pause", "-n", team, "ecsrole/checkout")

	revision := c.publish(files{"roles.yaml": strings.Replace(described, "as in Git", "as in Git now", 1)})
	c.says(kustomization, meta.ReconcilingCondition, metav1.ConditionTrue, "Running health checks", revision)
	c.must(c.describes("as in Git")(t.Context()))
	c.plugin("resume", "-n", team, "ecsrole/checkout")
	c.applied(kustomization, revision)
	c.must(c.describes("as in Git now")(t.Context()))
}

// paused holds what the annotation of a role says.
func (c *cluster) paused(role *v1alpha1.ECSRole, want string) {
	c.Helper()
	c.must(c.refresh(c.Context(), role))
	if got := role.Annotations[v1alpha1.AnnotationPaused]; got != want {
		c.Errorf("%s is paused: %q, want %q", role.Name, got, want)
	}
}

// patch changes an object as a command of kubectl does.
func (c *cluster) patch(object client.Object, manager, patch string) {
	c.Helper()
	c.must(c.client.Patch(c.Context(), object, client.RawPatch(types.MergePatchType, []byte(patch)), client.FieldOwner(manager)))
}

// describes is an error until the role in IAM has a description.
func (c *cluster) describes(want string) func(context.Context) error {
	return func(context.Context) error {
		if role, found := c.sim.Role("payments_checkout"); !found || role.Description != want {
			return fmt.Errorf("it is described as %q", role.Description)
		}
		return nil
	}
}
