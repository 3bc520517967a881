// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestEveryKindHasACRD(t *testing.T) {
	var want []string
	known := newScheme(t).KnownTypes(v1alpha1.GroupVersion)
	for kind := range known {
		// A kind of ours is one that has a list; the options of requests, which are registered as well, have none.
		if known[kind+"List"] != nil {
			want = append(want, kind)
		}
	}
	var got []string
	for _, crd := range ofType[*apiextensionsv1.CustomResourceDefinition](t, "crd") {
		got = append(got, crd.Spec.Names.Kind)
		if crd.Spec.Group != v1alpha1.GroupName || !slices.Contains(crd.Spec.Names.Categories, "ecsiam") {
			t.Errorf("%s: got group %s and categories %v", crd.Name, crd.Spec.Group, crd.Spec.Names.Categories)
		}
		for _, version := range crd.Spec.Versions {
			if version.Subresources == nil || version.Subresources.Status == nil {
				t.Errorf("%s %s has no status subresource", crd.Name, version.Name)
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CRDs (-want +got):\n%s", diff)
	}
}
