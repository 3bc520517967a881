// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package nearmiss knows the fields whose absence permits more, and the names that people write in their place.
//
// An API server drops fields that a schema does not know unless the client asks it to be strict. Dropped from an
// ECSRole, a misspelt permissionsBoundary leaves a role without one. Each near miss is therefore a field of the schema,
// a tombstone, that is refused with the right name. The tombstones are generated into the CustomResourceDefinitions
// from the table of this package; the Go types do not have them.
package nearmiss

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Struct is one object of the schema and what its fields mean when they are absent.
type Struct struct {
	// At are the places where the object stands: the kind and the path of fields, with [] behind a list, such as
	// "ECSRole.spec.trust.additionalStatements[]".
	At []string
	// Restricting are the fields whose absence permits more, or destroys more, than what they say.
	Restricting []Field
	// Free are all other fields: required ones, and those whose absence permits no more.
	Free []string
}

// Field is a field whose absence permits more.
type Field struct {
	// Name is the right name.
	Name string
	// Lost is what would happen without the field, as the end of "… or".
	Lost string
	// Also are further names that people write for the field, beside the spellings of Name that follow by rule.
	Also []Spelling
}

// Spelling is a name that people write for a field.
type Spelling struct {
	Name  string
	Shape Shape
	// Above says that people write it one object too high.
	Above bool
}

// Shape is the shape of the value that people give to a near miss. A tombstone needs one, since a rule applies only to
// values of a known type; values of other types are refused for their type.
type Shape string

// The shapes.
const (
	// ShapeOfField is that of the right field.
	ShapeOfField Shape = ""
	// ShapeOfItem is that of an item of the right field, a list.
	ShapeOfItem Shape = "item"
	// ShapeText is a string.
	ShapeText Shape = "text"
	// ShapeTexts is a list of strings.
	ShapeTexts Shape = "texts"
	// ShapeObject is an object.
	ShapeObject Shape = "object"
)

// Tombstone is a name that is refused.
type Tombstone struct {
	// Name is what is refused.
	Name string
	// Field is the path of the right field from the same object, such as condition, or trust.regions for what belongs
	// one level deeper.
	Field string
	// Shape is the shape of the refused value, seen from Field.
	Shape Shape
	// Message says what to write.
	Message string
}

// At returns the tombstones of the object at a place, in the order of their names. The near misses are those of its own
// fields, and the fields of the objects in it, which wrong indentation puts one level too high.
func At(place string) []Tombstone {
	found := map[string]Tombstone{}
	add := func(t Tombstone) {
		if _, known := found[t.Name]; !known && !IsField(place, t.Name) {
			found[t.Name] = t
		}
	}
	for _, f := range restricting(place) {
		for _, s := range f.spellings() {
			add(Tombstone{Name: s.Name, Field: f.Name, Shape: s.Shape, Message: message(s.Name, f.Name, f.Lost)})
		}
	}
	for _, s := range Table {
		for _, at := range s.At {
			inner, isInner := strings.CutPrefix(at, place+".")
			if !isInner || strings.Contains(inner, ".") {
				continue
			}
			for _, f := range s.Restricting {
				path := inner + "." + f.Name
				for _, s := range f.above() {
					add(Tombstone{Name: s.Name, Field: path, Shape: s.Shape, Message: message(s.Name, path, f.Lost)})
				}
			}
		}
	}
	list := make([]Tombstone, 0, len(found))
	for _, t := range found {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b Tombstone) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// IsField reports whether the table has a field of this name at a place.
func IsField(place, name string) bool {
	for _, s := range Table {
		if slices.Contains(s.At, place) {
			return slices.Contains(s.Free, name) ||
				slices.ContainsFunc(s.Restricting, func(f Field) bool { return f.Name == name })
		}
	}
	return false
}

func restricting(place string) []Field {
	for _, s := range Table {
		if slices.Contains(s.At, place) {
			return s.Restricting
		}
	}
	return nil
}

func message(wrong, right, lost string) string {
	if number := number(wrong, right); number != "" {
		right += " (" + number + ")"
	}
	return fmt.Sprintf("unknown field %s: the field is %s; move the content there, or %s", wrong, right, lost)
}

// number says singular or plural where two names differ by nothing else but case.
func number(wrong, right string) string {
	wrong, right = strings.ToLower(wrong), strings.ToLower(right)
	switch {
	case wrong == right+"s":
		return "singular"
	case wrong+"s" == right:
		return "plural"
	default:
		return ""
	}
}
