// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/config/crd"
)

// The budgets that an API server gives to CEL: for one rule, and for all rules of one object. Source:
// k8s.io/apiserver/pkg/apis/cel.
const (
	celRuleLimit    = 1_000_000
	celObjectBudget = 10_000_000
)

// resourceSchema is what an API server knows of one version of a kind.
type resourceSchema struct {
	namespaced bool
	structural *structuralschema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator
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
	rules := cel.NewValidator(structural, true, celRuleLimit)
	return &resourceSchema{structural: structural, openAPI: openAPI, rules: rules}, nil
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

// apply does what an API server does with an object to be created, in its order, and returns the errors beside those
// that are known already. The status is dropped.
func (s *resourceSchema) apply(
	ctx context.Context, object *unstructured.Unstructured, errs field.ErrorList,
) field.ErrorList {
	delete(object.Object, "status")
	errs = append(errs, s.unknownFields(object)...)
	errs = append(errs, metadataErrors(object, s.namespaced)...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, s.structural)
	defaulting.Default(object.Object, s.structural)

	errs = append(errs, validation.ValidateCustomResource(nil, object.Object, s.openAPI)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s.structural, object.Object)...)
	if !blocked(errs) {
		ruled, _ := s.rules.Validate(ctx, nil, s.structural, object.Object, nil, celObjectBudget)
		errs = append(errs, ruled...)
	}
	errs = s.explained(errs)
	// The validators walk maps, so their order changes from run to run.
	slices.SortFunc(errs, func(a, b *field.Error) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Error(), b.Error()))
	})
	return errs
}

// metadataErrors checks names, labels and annotations.
func metadataErrors(object *unstructured.Unstructured, namespaced bool) field.ErrorList {
	path := field.NewPath("metadata")
	_, _, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object, objectmeta.ObjectMetaOptions{
		ReturnUnknownFieldPaths: true,
	})
	if err != nil {
		return field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())}
	}
	var errs field.ErrorList
	for _, name := range unknown {
		errs = append(errs, field.Forbidden(field.NewPath(name), "unknown field"))
	}
	return append(errs,
		metavalidation.ValidateObjectMetaAccessor(object, namespaced, metavalidation.NameIsDNSSubdomain, path)...)
}

// blocked reports whether the object is too wrong for CEL rules, which count on the types and bounds of the schema.
func blocked(errs field.ErrorList) bool {
	return slices.ContainsFunc(errs, func(e *field.Error) bool {
		switch e.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany,
			field.ErrorTypeTypeInvalid:
			return true
		default:
			return false
		}
	})
}
