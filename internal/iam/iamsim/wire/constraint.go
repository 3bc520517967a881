// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Constraint is what the API model asks of one parameter.
type Constraint struct {
	Name     string
	Min, Max int
	Kind     Kind
	Pattern  *Pattern
	// Advice is the service's own sentence for a pattern that is not met, where it has one.
	Advice string
	Values []string // of an enumeration
}

// Kind says what the bounds of a constraint are about.
type Kind int

// The kinds of parameters.
const (
	TextKind   Kind = iota // Min and Max are lengths in characters
	NumberKind             // Min and Max are the value's range
	TagsKind               // Max is the number of tags
	KeysKind               // Max is the number of keys
)

var (
	tagKey   = ModelPattern(`[\p{L}\p{Z}\p{N}_.:/=+\-@]+`)
	tagValue = ModelPattern(`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`)
)

// Enum is a parameter with a fixed set of values.
func Enum(parameter string, values ...string) Constraint {
	return Constraint{Name: parameter, Values: values}
}

func (c Constraint) present(p Params) bool {
	switch c.Kind {
	case TagsKind:
		return len(p.tags(c.Name)) > 0
	case KeysKind:
		return len(p.List(c.Name)) > 0
	case TextKind, NumberKind:
	}
	return p.Has(c.Name)
}

func (p Params) tags(name string) []map[string]string { return p.Structs(name, "Key", "Value") }

// violations are the constraints that a parameter does not meet; an absent one meets all.
func (c Constraint) violations(p Params) []violation {
	switch c.Kind {
	case TagsKind:
		return c.tagViolations(p.tags(c.Name))
	case KeysKind:
		return c.keyViolations(p.List(c.Name))
	case TextKind, NumberKind:
	}
	if !p.Has(c.Name) {
		return nil
	}
	value := p.Get(c.Name)
	if c.Kind == NumberKind {
		return c.rangeViolations(value)
	}
	return c.textViolations(value)
}

func (c Constraint) textViolations(value string) []violation {
	length := utf8.RuneCountInString(value)
	switch {
	case c.Values != nil:
		if slices.Contains(c.Values, value) {
			return nil
		}
		return c.violated(value, "Member must satisfy enum value set")
	case length > c.Max:
		return c.violated(value, "Member must have length less than or equal to %d", c.Max)
	case length < c.Min:
		return c.violated(value, "Member must have length greater than or equal to %d", c.Min)
	case c.Advice == "" && !c.Pattern.accepts(value):
		return c.violated(value, "Member must satisfy regular expression pattern: %s", c.Pattern)
	}
	return nil
}

func (c Constraint) rangeViolations(value string) []violation {
	n, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return c.violated(value, "Member must be a number")
	case n > c.Max:
		return c.violated(value, "Member must have value less than or equal to %d", c.Max)
	case n < c.Min:
		return c.violated(value, "Member must have value greater than or equal to %d", c.Min)
	}
	return nil
}

// tagViolations takes both fields of a tag for required, as the model does.
func (c Constraint) tagViolations(tags []map[string]string) []violation {
	if len(tags) > c.Max {
		return c.violated("", "Member must have length less than or equal to %d", c.Max)
	}
	var all []violation
	for i, tag := range tags {
		at := fmt.Sprintf("%s.%d.member.", c.Name, i+1)
		for _, field := range []struct {
			name string
			Constraint
		}{
			{"Key", Constraint{Name: at + "key", Min: 1, Max: 128, Pattern: tagKey}},
			{"Value", Constraint{Name: at + "value", Max: 256, Pattern: tagValue}},
		} {
			value, sent := tag[field.name]
			if !sent {
				all = append(all, field.absent())
				continue
			}
			all = append(all, field.textViolations(value)...)
		}
	}
	return all
}

func (c Constraint) keyViolations(keys []string) []violation {
	if len(keys) > c.Max {
		return c.violated("", "Member must have length less than or equal to %d", c.Max)
	}
	var all []violation
	for i, key := range keys {
		member := Constraint{Name: fmt.Sprintf("%s.%d.member", c.Name, i+1), Min: 1, Max: 128, Pattern: tagKey}
		all = append(all, member.textViolations(key)...)
	}
	return all
}

// violation is one constraint that one value does not meet.
type violation struct{ parameter, value, demand string }

func (c Constraint) violated(value, demand string, args ...any) []violation {
	return []violation{{parameter: lowerFirst(c.Name), value: value, demand: fmt.Sprintf(demand, args...)}}
}

func (c Constraint) absent() violation {
	return violation{parameter: lowerFirst(c.Name), demand: "Member must not be null"}
}
