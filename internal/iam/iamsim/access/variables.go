// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"regexp"
	"strings"
)

// Wildcards that are meant literally, in a value that is matched with wildcards. The characters are for private use,
// and so in no ARN or tag.
const (
	literalStar     = "\uE000"
	literalQuestion = "\uE001"
)

// literal protects the wildcards of a text.
func literal(text string) string {
	return strings.NewReplacer("*", literalStar, "?", literalQuestion).Replace(text)
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// expand replaces the variables of a policy value ("IAM policy elements: Variables and tags"). What it puts in is
// literal, and the value's own wildcards are too unless wildcards is set. It reports false when the request lacks a key
// that has no default: then the value matches nothing.
func (c Context) expand(value string, wildcards bool) (string, bool) {
	var expanded strings.Builder
	end := 0
	own := func(text string) string {
		if wildcards {
			return text
		}
		return literal(text)
	}
	for _, at := range variable.FindAllStringSubmatchIndex(value, -1) {
		put, ok := c.variable(value[at[2]:at[3]])
		if !ok {
			return "", false
		}
		expanded.WriteString(own(value[end:at[0]]))
		expanded.WriteString(literal(put))
		end = at[1]
	}
	expanded.WriteString(own(value[end:]))
	return expanded.String(), true
}

// variable is the value of one variable: a character that is escaped so, the one value of a key, or its default.
func (c Context) variable(name string) (string, bool) {
	if name == "*" || name == "?" || name == "$" {
		return name, true
	}
	key, otherwise, hasDefault := strings.Cut(name, ",")
	if values, ok := c.values(strings.TrimSpace(key)); ok && len(values) == 1 {
		return values[0], true
	}
	return strings.Trim(strings.TrimSpace(otherwise), "'"), hasDefault
}
