// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// parser builds the flat form. All lists of a document share the slabs values and conditions.
type parser struct {
	scanner

	values     []string
	conditions []condition
}

// The elements of documents, statements and principals, as bits of the set of those already seen.
var (
	documentElements  = []string{"Version", "Id", "Statement"}
	statementElements = []string{
		"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
	}
	principalTypes = []string{"AWS", "Service", "Federated", "CanonicalUser"}
)

// strings reads a value or a list of values. Scalars other than strings are taken as their text where allowed.
func (p *parser) strings(want string, scalars bool) []string {
	start := len(p.values)
	if p.peek() == '[' {
		p.list(func(i int) {
			if c := p.peek(); c == '"' || scalars && c != '{' && c != '[' && c != 'n' {
				p.value(c)
				return
			}
			p.enterIndex(i)
			p.wrongType("a string")
			p.leave()
		})
	} else if c := p.peek(); c == '"' || scalars && c != '{' && c != 'n' {
		p.value(c)
	} else {
		p.wrongType(want)
	}
	return p.values[start:len(p.values):len(p.values)]
}

// value reads a scalar onto the slab.
func (p *parser) value(c byte) {
	var text string
	if c == '"' {
		text, _ = p.str()
	} else {
		text = p.literal()
	}
	p.values = append(p.values, text)
}
