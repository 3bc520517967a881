// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/spelling"
)

// unknownFields removes the fields that the schema does not have and reports each with the name that was meant, if one
// is near. An API server drops such fields unless the client asks it to be strict, as kubectl does.
func (s *resourceSchema) unknownFields(object *unstructured.Unstructured) field.ErrorList {
	paths := pruning.PruneWithOptions(object.Object, s.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	errs := make(field.ErrorList, 0, len(paths))
	for _, path := range paths {
		if s.refused(path) {
			continue
		}
		detail := "unknown field"
		if meant := s.meant(path); meant != "" {
			detail += fmt.Sprintf(", did you mean %s?", meant)
		}
		errs = append(errs, field.Forbidden(field.NewPath(path), detail))
	}
	return errs
}

// meant is the field that was meant by the one at a path: a sibling with a similar name, or the field of this name one
// level deeper, if there is one alone.
func (s *resourceSchema) meant(path string) string {
	name, siblings := path[strings.LastIndex(path, ".")+1:], s.siblings(path)
	if near := spelling.Nearest(name, siblings); near != "" {
		return near
	}
	parent := s.at(path[:max(0, strings.LastIndex(path, "."))])
	var deeper []string
	for _, sibling := range siblings {
		if inner, ok := parent.Properties[sibling].Properties[name]; ok && refusal(&inner) == "" {
			deeper = append(deeper, sibling+"."+name)
		}
	}
	if len(deeper) == 1 {
		return deeper[0]
	}
	return ""
}

// siblings are the names of the fields beside the one at a path such as spec.statements[0].condtion.
func (s *resourceSchema) siblings(path string) []string {
	return fieldNames(s.at(path[:max(0, strings.LastIndex(path, "."))]))
}

// fieldNames are the names of the fields of an object, but for those that are only there to be refused.
func fieldNames(object *structuralschema.Structural) []string {
	if object == nil {
		return nil
	}
	names := slices.Sorted(maps.Keys(object.Properties))
	return slices.DeleteFunc(names, func(name string) bool {
		property := object.Properties[name]
		return refusal(&property) != ""
	})
}

// at is the schema at a path such as spec.statements[0], or nil where there is none, as behind the key of a map that
// holds dots.
func (s *resourceSchema) at(path string) *structuralschema.Structural {
	at := s.structural
	if path == "" {
		return at
	}
	for name := range strings.SplitSeq(path, ".") {
		name, _, isItem := strings.Cut(name, "[")
		child, ok := at.Properties[name]
		switch {
		case ok:
			at = &child
		case at.AdditionalProperties != nil && at.AdditionalProperties.Structural != nil:
			at = at.AdditionalProperties.Structural
		default:
			return nil
		}
		if isItem && at.Items != nil {
			at = at.Items
		}
	}
	return at
}

// refused reports whether a path leads into a field that is refused as a whole.
func (s *resourceSchema) refused(path string) bool {
	for i, r := range path {
		if r == '.' && refusal(s.at(path[:i])) != "" {
			return true
		}
	}
	return false
}

// refusal is what a field says that is in the schema only to be refused, whatever its value; empty for all others.
func refusal(s *structuralschema.Structural) string {
	if s == nil || len(s.XValidations) != 1 || s.XValidations[0].Rule != "false" {
		return ""
	}
	return s.XValidations[0].Message
}
