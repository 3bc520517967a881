// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// advise adds a rule to every field of a struct that may not be empty. "should have at least 1 items" is what the
// schema language says by itself; the rule says what to do.
func advise(object node) {
	required, _ := object["required"].([]any)
	properties, _ := object["properties"].(node)
	for name, property := range properties {
		field := property.(node)
		if noun, rule := mayNotBeEmpty(field); noun != "" {
			rules, _ := field["x-kubernetes-validations"].([]any)
			message := emptyAdvice(noun, slices.Contains(required, any(name)))
			field["x-kubernetes-validations"] = append(rules, node{"rule": rule, "message": message})
		}
		for field["type"] == "array" {
			field = field["items"].(node)
		}
		advise(field)
	}
}

// mayNotBeEmpty says what a field is that has a lower bound, with the rule for that, and nothing for all others.
func mayNotBeEmpty(field node) (noun, rule string) {
	const notEmpty = "self.size() > 0"
	_, isMap := field["additionalProperties"]
	properties, isStruct := field["properties"].(node)
	switch {
	case field["minItems"] != nil:
		return "list", notEmpty
	case field["minLength"] != nil && field["enum"] == nil && fmt.Sprint(field["minLength"]) != "0":
		return "text", notEmpty
	case field["minProperties"] != nil && isMap:
		return "map", notEmpty
	case field["minProperties"] != nil && isStruct:
		return "object", hasAny(properties)
	default:
		return "", ""
	}
}

// hasAny is the rule that one of the fields is present: objects with fields of their own have no size in CEL.
func hasAny(properties node) string {
	terms := make([]string, 0, len(properties))
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		terms = append(terms, "has(self."+name+")")
	}
	return strings.Join(terms, " || ")
}

// emptyAdvice is what the rule says. The plugin knows it by its first words.
func emptyAdvice(noun string, required bool) string {
	cure := map[string]string{
		"list": "list at least 1 item", "text": "give it a value", "map": "give it a key", "object": "set a field in it",
	}[noun]
	if required {
		return v1alpha1.MustNotBeEmpty + cure
	}
	return v1alpha1.MustNotBeEmpty + "remove the field, or " + cure
}
