// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

const (
	samples = "config/gitops"
	// rolesOfSamples is the kustomization of the last step.
	rolesOfSamples = samples + "/roles/kustomization.yaml"
	// withoutRoles is what a mistake in Git leaves of it.
	withoutRoles = `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: payments
resources: [namespace.yaml]
`
)

// There is no helm-controller: the test does what it would do when the step of the controller asks for it.
func TestTheSamplesInstallControllerAccountAndRolesInOrderAndPruneNone(t *testing.T) {
	c := start(t)
	content := c.checkedOut(samples)
	revision := c.publish(content)
	steps := c.kustomizations(content[samples+"/flux/kustomizations.yaml"])
	for _, step := range steps {
		c.create(step)
	}
	controller, account, roles := steps[0], steps[1], steps[2]
	release := &helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Name: controller.Name, Namespace: "ecs-iam-system"}}
	c.eventually("Flux asking for the release", func(ctx context.Context) error { return c.refresh(ctx, release) })
	c.says(account, meta.ReadyCondition, metav1.ConditionFalse, controller.Name, "is not ready")
	c.says(roles, meta.ReadyCondition, metav1.ConditionFalse, account.Name, "is not ready")

	c.install()
	c.fulfil(release)
	for _, step := range steps {
		c.applied(step, revision)
	}
	declared := []client.Object{
		&v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}},
		at(&v1alpha1.ECSRole{}, "checkout"), at(&v1alpha1.ECSRole{}, "checkout-execution"),
	}
	for _, object := range declared {
		c.must(c.refresh(c.Context(), object))
		c.must(notReady(object))
	}

	content[rolesOfSamples] = withoutRoles
	revision = c.publish(content)
	c.applied(roles, revision)
	c.keep("roles that left Git", declared)
	for _, step := range []*kustomizev1.Kustomization{roles, account} {
		c.must(c.client.Delete(c.Context(), step))
		c.gone(step)
	}
	c.keep("steps that were deleted", declared)
}

// kustomizations are those of a file, in its order.
func (c *cluster) kustomizations(text string) (found []*kustomizev1.Kustomization) {
	c.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(text)), 4096)
	for {
		kustomization := &kustomizev1.Kustomization{}
		err := decoder.Decode(kustomization)
		if errors.Is(err, io.EOF) {
			break
		}
		c.must(err)
		if kustomization.Name != "" {
			found = append(found, kustomization)
		}
	}
	if len(found) != 3 {
		c.Fatalf("the samples have %d Kustomizations, want one for each of controller, account and roles", len(found))
	}
	return found
}

// fulfil says that the chart is fetched and installed, as source-controller and helm-controller do.
func (c *cluster) fulfil(release *helmv2.HelmRelease) {
	c.Helper()
	chart := &sourcev1.OCIRepository{ObjectMeta: metav1.ObjectMeta{
		Name: release.Spec.ChartRef.Name, Namespace: release.Namespace,
	}}
	c.must(c.refresh(c.Context(), chart))
	chart.Status.ObservedGeneration = chart.Generation
	chart.Status.Conditions = []metav1.Condition{readyNow(chart)}
	c.must(c.client.Status().Update(c.Context(), chart))
	release.Status.ObservedGeneration = release.Generation
	release.Status.Conditions = []metav1.Condition{readyNow(release)}
	c.must(c.client.Status().Update(c.Context(), release))
}

// keep fails when an object, or a role of the samples in AWS, does not outlive something.
func (c *cluster) keep(what string, declared []client.Object) {
	c.Helper()
	for _, object := range declared {
		if err := c.refresh(c.Context(), object); apierrors.IsNotFound(err) || object.GetDeletionTimestamp() != nil {
			c.Errorf("%T %s does not outlive %s", object, object.GetName(), what)
		} else {
			c.must(err)
		}
	}
	for _, name := range []string{"checkout", "checkout-execution"} {
		c.hasRole(fmt.Sprintf("%s_%s", team, name), true)
	}
}
