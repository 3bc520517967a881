// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

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
		ruled, _ := s.rules.check(ctx, nil, object.Object, nil, celObjectBudget)
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
