// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// mistyped begins what the validator says of a value of another type.
const mistyped = "must be of type "

// explained puts what the validators say into words that say what to do, and says each thing once.
func (s *resourceSchema) explained(errs field.ErrorList) field.ErrorList {
	var wrong []string
	for _, e := range errs {
		if e.Type == field.ErrorTypeTypeInvalid {
			wrong = append(wrong, e.Field)
		}
		s.advise(e)
	}
	said := map[string]bool{}
	return slices.DeleteFunc(errs, func(e *field.Error) bool {
		twice := said[e.Field+": "+e.Detail]
		said[e.Field+": "+e.Detail] = true
		beside := e.Type != field.ErrorTypeTypeInvalid && slices.ContainsFunc(wrong, func(path string) bool {
			return within(e.Field, path)
		})
		return twice || beside || s.besideEmpty(errs, e)
	})
}

// within reports whether one field path is another or lies below it.
func within(path, parent string) bool {
	rest, ok := strings.CutPrefix(path, parent)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// besideEmpty reports whether an error says of an empty value what its form should be.
func (s *resourceSchema) besideEmpty(errs field.ErrorList, e *field.Error) bool {
	advice := emptyAdvice(s.at(e.Field))
	return advice != "" && e.Detail != advice && slices.ContainsFunc(errs, func(other *field.Error) bool {
		return other.Field == e.Field && other.Detail == advice
	})
}

// advise puts one error into better words.
func (s *resourceSchema) advise(e *field.Error) {
	at := s.at(e.Field)
	bare := ""
	if _, said, ok := strings.Cut(e.Detail, " in body "); ok {
		bare = said
	}
	switch message := refusal(at); {
	case message != "":
		e.Detail = message // a value of another type than expected is refused for the same reason
	case e.Field == "<nil>":
		e.Field = "metadata.name" // the rules about the whole object are all about its name
	case strings.HasPrefix(bare, mistyped):
		e.Detail, e.BadValue = typeAdvice(at, bare), field.OmitValueType{}
	case strings.HasPrefix(bare, "should have at least 1 ") || strings.HasPrefix(bare, "should be at least 1 "):
		if advice := emptyAdvice(at); advice != "" {
			e.Detail, e.BadValue = advice, field.OmitValueType{}
		}
	case bare != "":
		e.Detail = rangeAdvice(at, bare)
	case e.Type == field.ErrorTypeRequired && e.Detail == "" && at != nil:
		e.Detail = "add it: " + firstSentence(at.Description)
	}
}

const mapAdvice = "write keys with their values, such as {key: value}"

// typeAdvice says how a value of the right type is written. The validator's words are: must be of type string:
// "integer".
func typeAdvice(at *structuralschema.Structural, said string) string {
	said, given, _ := strings.Cut(said, ": ")
	isList, isMap := given == `"array"`, given == `"object"`
	switch strings.TrimPrefix(said, mistyped) {
	case "string":
		if isList || isMap {
			return said + ": write a single text, neither a list nor a map"
		}
		return said + ": write the value in quotes"
	case "array":
		if isMap {
			return said + ": write a list, with a dash before each of its items"
		}
		return said + ": write a list, in brackets or as lines that begin with a dash"
	case "object":
		return said + ": " + objectAdvice(at)
	case "integer", "number":
		return said + ": write a number, without quotes"
	case "boolean":
		return said + ": write true or false, without quotes"
	}
	return said
}

func objectAdvice(at *structuralschema.Structural) string {
	if at == nil || len(at.Properties) == 0 {
		return mapAdvice
	}
	names := fieldNames(at)
	isText := func(name string) bool { return at.Properties[name].Type == "string" }
	example := names[max(0, slices.IndexFunc(names, isText))]
	if len(names) == 1 {
		return fmt.Sprintf("write {%s: …}", example)
	}
	return fmt.Sprintf("write it with its fields, %s, such as {%s: …}", strings.Join(names, ", "), example)
}

// emptyAdvice is what a field says of an empty value, empty for a field that says nothing of it.
func emptyAdvice(at *structuralschema.Structural) string {
	if at == nil {
		return ""
	}
	for _, rule := range at.XValidations {
		if strings.HasPrefix(rule.Message, v1alpha1.MustNotBeEmpty) {
			return rule.Message
		}
	}
	return ""
}

// rangeAdvice adds both bounds of a number.
func rangeAdvice(at *structuralschema.Structural, said string) string {
	if at == nil || at.ValueValidation == nil || at.ValueValidation.Minimum == nil || at.ValueValidation.Maximum == nil {
		return said
	}
	return fmt.Sprintf("%s: choose %v to %v", said, *at.ValueValidation.Minimum, *at.ValueValidation.Maximum)
}

func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(strings.Join(strings.Fields(text), " "), ". ")
	return strings.TrimSuffix(sentence, ".")
}
