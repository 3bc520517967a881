// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// textual refuses what YAML reads as something else than text in the metadata, and puts text in its place, so that the
// rest of the object can be checked. Taken for absent, a namespace would make the object one of another namespace.
func textual(object *unstructured.Unstructured) field.ErrorList {
	metadata, isMap := object.Object["metadata"].(map[string]any)
	if !isMap {
		return nil // the schema says so
	}
	path := field.NewPath("metadata")
	child := func(name string) *field.Path { return path.Child(name) }
	errs := texts(child, metadata, "namespace", "name")
	for _, key := range []string{"labels", "annotations"} {
		if values, ok := metadata[key].(map[string]any); ok {
			errs = append(errs, texts(path.Child(key).Key, values, slices.Sorted(maps.Keys(values))...)...)
		} else if metadata[key] != nil {
			delete(metadata, key)
			errs = append(errs, field.TypeInvalid(path.Child(key), field.OmitValueType{},
				mistyped+"object: "+mapAdvice))
		}
	}
	return errs
}

// texts does the same for some values of a map.
func texts(at func(key string) *field.Path, values map[string]any, keys ...string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range keys {
		switch value := values[key].(type) {
		case nil, string:
		default:
			values[key] = fmt.Sprint(value)
			errs = append(errs, field.TypeInvalid(at(key), value, "must be text, and YAML reads numbers and words such "+
				"as n, no, yes and on as other types: write the value in quotes"))
		}
	}
	return errs
}
