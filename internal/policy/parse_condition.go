// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import "slices"

// conditionBlock reads operators with their keys. An operator without keys asks nothing and leaves no trace.
func (p *parser) conditionBlock() []condition {
	if p.peek() != '{' {
		p.wrongType(`an object such as {"StringEquals": {"aws:SourceAccount": …}}`)
		return nil
	}
	start := len(p.conditions)
	var operators keySet
	p.object(func(operator string, offset int) {
		p.enter(operator)
		defer p.leave()
		switch {
		case !operators.add(operator):
			p.report(offset, ReasonDuplicate, "appears twice; put all its keys into one")
			p.skip(0)
		case p.peek() != '{':
			p.wrongType("an object of condition keys and values")
		default:
			p.conditionKeys(operator)
		}
	})
	return p.conditions[start:len(p.conditions):len(p.conditions)]
}

func (p *parser) conditionKeys(operator string) {
	var keys keySet
	p.object(func(key string, offset int) {
		p.enterKey(key)
		defer p.leave()
		if !keys.add(lower(key)) {
			p.report(offset, ReasonDuplicate, "appears twice (condition keys ignore case); put all its values into one list")
			p.skip(0)
			return
		}
		values := p.strings("a string, a number, a boolean, or a list of those", true)
		p.conditions = append(p.conditions, condition{operator: operator, key: key, values: values})
	})
}

// keySet finds duplicates: by a walk while there are few, by a map from then on.
type keySet struct {
	few  [8]string
	size int
	many map[string]struct{}
}

// add reports whether the key was new.
func (k *keySet) add(key string) bool {
	if slices.Contains(k.few[:min(k.size, len(k.few))], key) {
		return false
	}
	if k.size < len(k.few) {
		k.few[k.size] = key
		k.size++
		return true
	}
	if _, ok := k.many[key]; ok {
		return false
	}
	if k.many == nil {
		k.many = make(map[string]struct{})
	}
	k.many[key] = struct{}{}
	return true
}
