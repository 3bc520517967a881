// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/config/crd"
)

// resourceSchema is what an API server knows of one version of a kind.
type resourceSchema struct {
	namespaced bool
	structural *structuralschema.Structural
	openAPI    validation.SchemaValidator
	rules      *rules
}

// definitions parses the CustomResourceDefinitions once. They are compiled in, so an error is one of the build.
var definitions = sync.OnceValues(func() ([]apiextensionsv1.CustomResourceDefinition, error) {
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil {
		return nil, err
	}
	list := make([]apiextensionsv1.CustomResourceDefinition, len(files))
	for i, file := range files {
		text, err := crd.Bases.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalStrict(text, &list[i]); err != nil {
			return nil, fmt.Errorf("reading %s: %w", file, err)
		}
	}
	return list, nil
})

var (
	schemas      = map[schema.GroupVersionKind]*resourceSchema{}
	schemasMutex sync.Mutex
)

// schemaFor compiles the schema of a kind at its first use: the rules of all kinds take longer than most commands.
func schemaFor(kind schema.GroupVersionKind) (*resourceSchema, error) {
	schemasMutex.Lock()
	defer schemasMutex.Unlock()
	if s, ok := schemas[kind]; ok {
		return s, nil
	}
	list, err := definitions()
	if err != nil {
		return nil, err
	}
	var known []string
	for i := range list {
		for j := range list[i].Spec.Versions {
			version := &list[i].Spec.Versions[j]
			gvk := schema.GroupVersionKind{Group: list[i].Spec.Group, Version: version.Name, Kind: list[i].Spec.Names.Kind}
			if gvk != kind {
				known = append(known, gvk.GroupVersion().String()+" "+gvk.Kind)
				continue
			}
			s, err := compile(version.Schema.OpenAPIV3Schema)
			if err != nil {
				return nil, fmt.Errorf("compiling the schema of %s: %w", kind.Kind, err)
			}
			s.namespaced = list[i].Spec.Scope == apiextensionsv1.NamespaceScoped
			schemas[kind] = s
			return s, nil
		}
	}
	slices.Sort(known)
	return nil, fmt.Errorf("%s %s is unknown: the kinds are %s", kind.GroupVersion(), kind.Kind, strings.Join(known, ", "))
}

func compile(props *apiextensionsv1.JSONSchemaProps) (*resourceSchema, error) {
	internal := &apiextensions.JSONSchemaProps{}
	err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, internal, nil)
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(internal)
	if err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return nil, err
	}
	return &resourceSchema{structural: structural, openAPI: openAPI, rules: newRules(structural, true)}, nil
}

// setNamespace fills in the namespace as kubectl does; objects without one lose it.
func (s *resourceSchema) setNamespace(object *unstructured.Unstructured, namespace string) {
	switch {
	case !s.namespaced:
		unstructured.RemoveNestedField(object.Object, "metadata", "namespace")
	case object.GetNamespace() == "":
		// Metadata that is no object cannot hold a namespace; the schema refuses it below.
		_ = unstructured.SetNestedField(object.Object, namespace, "metadata", "namespace")
	}
}
