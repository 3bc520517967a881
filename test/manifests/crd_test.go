// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"slices"
	"strings"
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

// The schema language says of an empty list that it should have at least 1 items, and not what to do.
func TestEveryFieldThatMayNotBeEmptySaysWhatToDo(t *testing.T) {
	for _, crd := range ofType[*apiextensionsv1.CustomResourceDefinition](t, "crd") {
		for _, version := range crd.Spec.Versions {
			spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
			checkEmptyAdvice(t, crd.Spec.Names.Kind+" spec", spec)
		}
	}
}

func checkEmptyAdvice(t *testing.T, path string, schema apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	for name, property := range schema.Properties {
		at := path + "." + name
		advises := func(rule apiextensionsv1.ValidationRule) bool {
			return strings.HasPrefix(rule.Message, v1alpha1.MustNotBeEmpty)
		}
		if bounded(property) && !slices.ContainsFunc(property.XValidations, advises) {
			t.Errorf("%s may not be empty and does not say what to do: run make manifests", at)
		}
		for property.Items != nil {
			property = *property.Items.Schema
		}
		checkEmptyAdvice(t, at, property)
	}
}

// bounded reports whether a field has a lower bound of its size. Enumerations list what they take.
func bounded(property apiextensionsv1.JSONSchemaProps) bool {
	atLeastOne := func(n *int64) bool { return n != nil && *n > 0 }
	return atLeastOne(property.MinItems) || atLeastOne(property.MinProperties) ||
		atLeastOne(property.MinLength) && len(property.Enum) == 0
}
