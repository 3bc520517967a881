// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest_test

import (
	"io/fs"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/config/crd"
)

// An API server checks a definition when it is installed: the shape of its schema and the estimated cost of its rules.
// The same code answers here without one.
func TestAnAPIServerWouldInstallTheDefinitions(t *testing.T) {
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions: %v", err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text, err := crd.Bases.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var external apiextensionsv1.CustomResourceDefinition
			if err := yaml.UnmarshalStrict(text, &external); err != nil {
				t.Fatal(err)
			}
			apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&external.Spec)
			external.Status.StoredVersions = []string{external.Spec.Versions[0].Name}
			var internal apiextensions.CustomResourceDefinition
			err = apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(
				&external, &internal, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range validation.ValidateCustomResourceDefinition(t.Context(), &internal) {
				t.Error(problem)
			}
		})
	}
}
