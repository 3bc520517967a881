// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"sync"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// The budgets that an API server gives to CEL: for one rule, and for all rules of one object. Source:
// k8s.io/apiserver/pkg/apis/cel.
const (
	celRuleLimit    = 1_000_000
	celObjectBudget = 10_000_000
)

// rules are the CEL rules of a schema, field by field. Those of a field are compiled when the first object has the
// field: all rules of a kind take longer than most commands, and most objects have few of its fields.
type rules struct {
	own        func() *cel.Validator // those of the field itself, nil where it has none
	properties map[string]*rules
	items      *rules
	values     *rules // of a map with keys of any name
}

// newRules returns the rules of a schema, nil where it has none.
func newRules(s *structuralschema.Structural, root bool) *rules {
	if s == nil {
		return nil
	}
	r := &rules{items: newRules(s.Items, false), properties: map[string]*rules{}}
	if s.AdditionalProperties != nil {
		r.values = newRules(s.AdditionalProperties.Structural, false)
	}
	for name := range s.Properties {
		property := s.Properties[name]
		if below := newRules(&property, false); below != nil {
			r.properties[name] = below
		}
	}
	if len(s.XValidations) > 0 {
		r.own = sync.OnceValue(func() *cel.Validator {
			alone := withoutRules(s)
			alone.XValidations = s.XValidations
			return cel.NewValidator(&alone, root, celRuleLimit)
		})
	}
	if r.own == nil && r.items == nil && r.values == nil && len(r.properties) == 0 {
		return nil
	}
	return r
}

// withoutRules is a schema that has the same types and no rules.
func withoutRules(s *structuralschema.Structural) structuralschema.Structural {
	bare := *s
	bare.XValidations = nil
	if s.Items != nil {
		items := withoutRules(s.Items)
		bare.Items = &items
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		values := withoutRules(s.AdditionalProperties.Structural)
		bare.AdditionalProperties = &structuralschema.StructuralOrBool{Structural: &values}
	}
	if s.Properties != nil {
		bare.Properties = make(map[string]structuralschema.Structural, len(s.Properties))
		for name := range s.Properties {
			property := s.Properties[name]
			bare.Properties[name] = withoutRules(&property)
		}
	}
	return bare
}

// check evaluates the rules for a value as an API server does, and returns what is left of the budget. What the value
// was before is nil for one to be created, and for items of lists, which nothing tells apart.
func (r *rules) check(
	ctx context.Context, path *field.Path, value, before any, budget int64,
) (field.ErrorList, int64) {
	if r == nil || value == nil || budget < 0 {
		return nil, budget
	}
	var errs field.ErrorList
	if r.own != nil {
		errs, budget = r.validator(value, before).Validate(ctx, path, nil, value, before, budget)
	}
	below := func(r *rules, path *field.Path, value, before any) {
		var more field.ErrorList
		more, budget = r.check(ctx, path, value, before, budget)
		errs = append(errs, more...)
	}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			below(r.items, path.Index(i), item, nil)
		}
	case map[string]any:
		old, _ := before.(map[string]any)
		for key, inner := range value {
			below(r.values, path.Key(key), inner, old[key])
			below(r.properties[key], path.Child(key), inner, old[key])
		}
	}
	return errs, budget
}

// validator evaluates the rules of the field itself, from a schema with the fields that the values have: for each field
// that a rule asks for, it copies the schemas of all.
func (r *rules) validator(values ...any) *cel.Validator {
	v := *r.own()
	v.Schema = narrowed(v.Schema, values)
	return &v
}

// narrowed is a schema without the properties that none of the values has. That of metadata stays, which the root has
// types of its own for.
func narrowed(s *structuralschema.Structural, values []any) *structuralschema.Structural {
	narrow := *s
	if s.Items != nil {
		var items []any
		for _, value := range values {
			list, _ := value.([]any)
			items = append(items, list...)
		}
		narrow.Items = narrowed(s.Items, items)
	}
	if s.Properties != nil {
		narrow.Properties = map[string]structuralschema.Structural{}
		for name, inner := range properties(s, values) {
			property := s.Properties[name]
			if name != "metadata" {
				property = *narrowed(&property, inner)
			}
			narrow.Properties[name] = property
		}
	}
	return &narrow
}

// properties are the values by property, as far as the schema has it.
func properties(s *structuralschema.Structural, values []any) map[string][]any {
	found := map[string][]any{}
	for _, value := range values {
		object, _ := value.(map[string]any)
		for name, inner := range object {
			if _, known := s.Properties[name]; known {
				found[name] = append(found[name], inner)
			}
		}
	}
	return found
}
