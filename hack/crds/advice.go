// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
)

// advise adds a rule to every field of a struct that may not be empty. "should have at least 1 items" is what the schema
// language says by itself, beside which the rule says what to do.
func advise(object node) {
	required, _ := object["required"].([]any)
	properties, _ := object["properties"].(node)
	for name, property := range properties {
		field := property.(node)
		if noun := mayNotBeEmpty(field); noun != "" {
			rules, _ := field["x-kubernetes-validations"].([]any)
			rule := node{"rule": "self.size() > 0", "message": emptyAdvice(noun, slices.Contains(required, any(name)))}
			field["x-kubernetes-validations"] = append(rules, rule)
		}
		for field["type"] == "array" {
			field = field["items"].(node)
		}
		advise(field)
	}
}

// mayNotBeEmpty says what a field is that has a lower bound, and nothing for all others. Objects with fields of their own
// have no size in CEL.
func mayNotBeEmpty(field node) string {
	_, isMap := field["additionalProperties"]
	switch {
	case field["minItems"] != nil:
		return "list"
	case field["minLength"] != nil && field["enum"] == nil && fmt.Sprint(field["minLength"]) != "0":
		return "text"
	case field["minProperties"] != nil && isMap:
		return "map"
	default:
		return ""
	}
}

func emptyAdvice(noun string, required bool) string {
	if required {
		return "an empty " + noun + " is not enough: the field is required"
	}
	return "an empty " + noun + " says nothing: leave the field out, or fill it"
}
