// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/nearmiss"
)

// node is a schema.
type node = map[string]any

// bury adds the tombstones, and advice for empty values, to every version of a definition.
func bury(definition map[string]any) error {
	kind, _, err := unstructured.NestedString(definition, "spec", "names", "kind")
	if err != nil {
		return err
	}
	versions, _, err := unstructured.NestedSlice(definition, "spec", "versions")
	if err != nil {
		return err
	}
	for _, version := range versions {
		root, _, err := unstructured.NestedFieldNoCopy(version.(map[string]any), "schema", "openAPIV3Schema")
		if err != nil {
			return err
		}
		advise(root.(node)["properties"].(node)["spec"].(node))
		if err := buryIn(root.(node), kind); err != nil {
			return err
		}
	}
	return unstructured.SetNestedSlice(definition, versions, "spec", "versions")
}

// buryIn adds the tombstones of the object at a place, and of the objects in it.
func buryIn(object node, place string) error {
	properties, isStruct := object["properties"].(node)
	if !isStruct {
		return nil
	}
	for name, property := range properties {
		inner, suffix := property.(node), ""
		for inner["type"] == "array" {
			inner, suffix = inner["items"].(node), suffix+"[]"
		}
		if err := buryIn(inner, place+"."+name+suffix); err != nil {
			return err
		}
	}
	for _, t := range nearmiss.At(place) {
		right, err := follow(object, t.Field)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", place, t.Field, err)
		}
		properties[t.Name] = tombstone(t, right)
	}
	return nil
}

// follow finds the schema of a field by its path.
func follow(object node, path string) (node, error) {
	for name := range strings.SplitSeq(path, ".") {
		name, isList := strings.CutSuffix(name, "[]")
		properties, _ := object["properties"].(node)
		property, found := properties[name].(node)
		if !found {
			return nil, fmt.Errorf("the schema has no field %s", name)
		}
		object = property
		if isList {
			object = property["items"].(node)
		}
	}
	return object, nil
}

// tombstone is the schema of a refused field. Its rule applies wherever the field is present.
func tombstone(t nearmiss.Tombstone, right node) node {
	shape := shapeOf(t.Shape, right)
	shape["description"] = "Refused: the field is " + t.Field + "."
	shape["x-kubernetes-validations"] = []any{node{"rule": "false", "message": t.Message}}
	return shape
}

func shapeOf(shape nearmiss.Shape, right node) node {
	switch shape {
	case nearmiss.ShapeOfItem:
		if items, isList := right["items"].(node); isList {
			return bare(items)
		}
		return bare(right)
	case nearmiss.ShapeText:
		return node{"type": "string"}
	case nearmiss.ShapeTexts:
		return node{"type": "array", "items": node{"type": "string"}}
	case nearmiss.ShapeObject:
		return bare(node{"type": "object"})
	default:
		return bare(right)
	}
}

// bare keeps the type of a schema and nothing else.
func bare(schema node) node {
	switch schema["type"] {
	case "array":
		return node{"type": "array", "items": bare(schema["items"].(node))}
	case "object":
		return node{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
	default:
		return node{"type": schema["type"]}
	}
}
