// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/config/crd"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

const (
	nameReferences  = "kustomize/name-references.yaml"
	prefixedObjects = "testdata/prefixed/objects.yaml"
)

// prefixed copies the objects of testdata and the shipped configuration beside each other, as users do.
func prefixed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, file := range []string{
		"testdata/prefixed/kustomization.yaml", prefixedObjects, filepath.Join(root, "config", nameReferences),
	} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestReferencesFollowThePrefixAndSuffixOfAKustomization(t *testing.T) {
	for _, d := range (manifest.Reader{Namespace: "default"}).Read(t.Context(), prefixedObjects) {
		for _, err := range d.Errors {
			t.Errorf("%s: %v", d.Place(), err)
		}
	}
	var references []string
	output := built(t, prefixed(t))
	for document := range bytes.SplitSeq(output, []byte("\n---\n")) {
		var object struct {
			Kind     string
			Metadata struct{ Name string }
			Spec     struct {
				AccountRef      struct{ Name string }
				ManagedPolicies []struct{ PolicyRef struct{ Name string } }
				Grants          struct {
					PassRoles []struct{ RoleRef struct{ Name string } }
				}
			}
		}
		if err := yaml.Unmarshal(document, &object); err != nil {
			t.Fatal(err)
		}
		name := object.Kind + " " + object.Metadata.Name
		if account := object.Spec.AccountRef.Name; account != "" {
			references = append(references, name+": account "+account)
		}
		for _, policy := range object.Spec.ManagedPolicies {
			references = append(references, name+": policy "+policy.PolicyRef.Name)
		}
		for _, role := range object.Spec.Grants.PassRoles {
			references = append(references, name+": role "+role.RoleRef.Name)
		}
	}
	want := []string{
		"ECSPolicy dev-read-eu: account dev-main-eu",
		"ECSRole dev-app-eu: account dev-main-eu", "ECSRole dev-app-eu: policy dev-read-eu", "ECSRole dev-app-eu: policy elsewhere",
		"ECSRole dev-deploy-eu: account dev-main-eu", "ECSRole dev-deploy-eu: role dev-app-eu",
		"ECSRole dev-deploy-eu: role elsewhere",
		"ECSServiceLinkedRole dev-ecs-eu: account dev-main-eu",
	}
	slices.Sort(references)
	if diff := cmp.Diff(want, references); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

func TestKustomizeKnowsEveryReferenceOfTheSchemas(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "config", nameReferences))
	if err != nil {
		t.Fatal(err)
	}
	var configuration struct {
		NameReference []struct {
			FieldSpecs []struct{ Kind, Path string }
		}
	}
	if err := yaml.Unmarshal(content, &configuration); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, reference := range configuration.NameReference {
		for _, spec := range reference.FieldSpecs {
			listed = append(listed, spec.Kind+" "+spec.Path)
		}
	}
	slices.Sort(listed)
	if diff := cmp.Diff(referencesOfSchemas(t), listed); diff != "" {
		t.Errorf("config/%s (-fields of the schemas +listed):\n%s", nameReferences, diff)
	}
}

// referencesOfSchemas are the fields of the specs that name another object: name in an object whose own name ends with
// Ref.
func referencesOfSchemas(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		content, err := crd.Bases.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(content, &definition); err != nil {
			t.Fatal(err)
		}
		if definition.Spec.Names.Kind == "ECSChangeApproval" {
			continue // names one object that is there already, with its uid
		}
		for _, version := range definition.Spec.Versions {
			spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
			found = append(found, referencesIn(definition.Spec.Names.Kind+" spec", spec)...)
		}
	}
	slices.Sort(found)
	return found
}

func referencesIn(path string, schema apiextensionsv1.JSONSchemaProps) []string {
	for schema.Items != nil {
		schema = *schema.Items.Schema
	}
	if _, named := schema.Properties["name"]; named && strings.HasSuffix(path, "Ref") {
		return []string{path + "/name"}
	}
	var found []string
	for name, property := range schema.Properties {
		found = append(found, referencesIn(path+"/"+name, property)...)
	}
	return found
}
