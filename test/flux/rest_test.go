// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"maps"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
)

// The samples have every field of every kind, so that every default is met.
func TestFluxAndTheControllerLeaveEachOtherAloneOnceAllSamplesAreReady(t *testing.T) {
	c := start(t)
	c.install()
	c.must(environment.AddPeople(t.Context(), environment.IAM(c.sim, "operator")))
	c.must(environment.AddMembers(t.Context(), c.sim))
	revision := c.publish(c.checkedOut("config/samples"))
	kustomization := c.kustomize(func(spec *kustomizev1.KustomizationSpec) { spec.Path = "./config/samples" })
	c.applied(kustomization, revision)
	before := c.versions()
	if len(before) < 39 {
		t.Fatalf("there are %d objects, want those of all samples", len(before))
	}

	for _, token := range []string{"first", "second"} {
		c.request(kustomization, token)
		after := c.versions()
		for object, version := range after {
			if before[object] != version {
				t.Errorf("after the %s reconciliation %s has version %s, before it %s", token, object, version, before[object])
			}
		}
		if !maps.Equal(before, after) {
			t.Errorf("after the %s reconciliation there are %d objects, before %d", token, len(after), len(before))
		}
	}
}

// versions are the resource versions of all objects of this repository, by kind, namespace and name.
func (c *cluster) versions() map[string]string {
	c.Helper()
	found := map[string]string{}
	for _, list := range []client.ObjectList{
		&v1alpha1.AWSAccountList{}, &v1alpha1.ECSRoleList{}, &v1alpha1.ECSPolicyList{},
		&v1alpha1.ECSServiceLinkedRoleList{}, &v1alpha1.ECSChangeApprovalList{},
	} {
		c.must(c.client.List(c.Context(), list))
		c.must(apimeta.EachListItem(list, func(item runtime.Object) error {
			object, err := apimeta.Accessor(item)
			if err != nil {
				return err
			}
			found[fmt.Sprintf("%T %s/%s", item, object.GetNamespace(), object.GetName())] = object.GetResourceVersion()
			return nil
		}))
	}
	return found
}
