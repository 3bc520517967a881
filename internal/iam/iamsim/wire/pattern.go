// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"regexp"
	"strings"
)

// Pattern is a regular expression of the API model, which the whole value has to match. Messages print it as the model
// writes it, so it is kept in that form.
type Pattern struct {
	model string
	re    *regexp.Regexp
}

var codePoint = regexp.MustCompile(`\\u([0-9A-F]{4})`)

// ModelPattern compiles an expression as the API model writes it, with \uXXXX for characters.
func ModelPattern(model string) *Pattern {
	return &Pattern{model: model, re: regexp.MustCompile("^(?:" + codePoint.ReplaceAllString(model, `\x{$1}`) + ")$")}
}

func (p *Pattern) accepts(value string) bool { return p == nil || p.re.MatchString(value) }

func (p *Pattern) String() string { return p.model }

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
