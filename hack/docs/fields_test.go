// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/config/crd"
)

type schema = apiextensionsv1.JSONSchemaProps

// definition reads the schema of a kind from its CustomResourceDefinition, since that is what an API server goes by.
func definition(t *testing.T, plural string) *schema {
	t.Helper()
	text, err := crd.Bases.ReadFile("bases/ecsiam.dev_" + plural + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	root := d.Spec.Versions[0].Schema.OpenAPIV3Schema
	dropTombstones(root)
	return root
}

// dropTombstones removes the fields that are in a schema only to be refused.
func dropTombstones(s *schema) {
	for name, p := range s.Properties {
		if len(p.XValidations) == 1 && p.XValidations[0].Rule == "false" {
			delete(s.Properties, name)
			continue
		}
		if p.Items != nil && p.Items.Schema != nil {
			dropTombstones(p.Items.Schema)
		}
		dropTombstones(&p)
	}
}

// object returns the object that a property is or lists, unless it is one of Kubernetes that every reader knows.
func object(p *schema) (inner *schema, suffix string) {
	inner = p
	if p.Items != nil && p.Items.Schema != nil {
		inner, suffix = p.Items.Schema, "[]"
	}
	_, condition := inner.Properties["lastTransitionTime"]
	_, selector := inner.Properties["matchLabels"]
	if len(inner.Properties) == 0 || condition || selector {
		return nil, ""
	}
	return inner, suffix
}

// fieldPaths lists the paths of all fields of a kind's spec, such as "trust.regions".
func fieldPaths(s *schema, prefix string) []string {
	var paths []string
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		paths = append(paths, prefix+name)
		if inner, _ := object(&p); inner != nil {
			paths = append(paths, fieldPaths(inner, prefix+name+".")...)
		}
	}
	return paths
}
