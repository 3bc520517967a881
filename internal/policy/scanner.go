// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of the scanner, so that no input costs more than time linear in its length.
const (
	maxCharacters = 131072 // IAM's limit for any policy document
	maxDepth      = 64     // nesting of values that the grammar does not know; the grammar itself needs 6
	maxErrors     = 100    // problems reported for one document
)

// scanner reads JSON text (RFC 8259) once, from left to right. A syntax error ends the scan: broken is set and every
// method returns at once. Other problems are collected and the scan goes on.
type scanner struct {
	src    string
	pos    int
	path   []segment
	errs   ParseErrors
	broken bool
}

// segment is one step of a path: an element name, a list index (name empty), or a condition key.
type segment struct {
	name  string
	index int
	key   bool
}

func (s *scanner) enter(name string)   { s.path = append(s.path, segment{name: name}) }
func (s *scanner) enterKey(key string) { s.path = append(s.path, segment{name: key, key: true}) }
func (s *scanner) enterIndex(i int)    { s.path = append(s.path, segment{index: i}) }
func (s *scanner) leave()              { s.path = s.path[:len(s.path)-1] }

func (s *scanner) pathString() string {
	var b strings.Builder
	for i, step := range s.path {
		switch {
		case step.key:
			b.WriteString("[" + step.name + "]")
		case step.name == "":
			fmt.Fprintf(&b, "[%d]", step.index)
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.name)
		}
	}
	return b.String()
}

// report records a problem at an offset of the text.
func (s *scanner) report(offset int, reason Reason, format string, args ...any) {
	before := s.src[:offset]
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	s.errs = append(s.errs, &ParseError{
		Path: s.pathString(), Line: line, Column: column, Reason: reason, Message: fmt.Sprintf(format, args...),
	})
	if len(s.errs) >= maxErrors {
		s.broken = true
	}
}

// syntax records a problem after which the rest of the text has no meaning.
func (s *scanner) syntax(offset int, format string, args ...any) {
	s.report(offset, ReasonSyntax, format, args...)
	s.broken = true
}

// peek skips white space and returns the next byte, 0 at the end of the text or after a syntax error.
func (s *scanner) peek() byte {
	if s.broken {
		return 0
	}
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// expect consumes one punctuation byte.
func (s *scanner) expect(c byte, where string) bool {
	if got := s.peek(); got == c && !s.broken {
		s.pos++
		return true
	}
	if !s.broken {
		s.syntax(s.pos, "invalid JSON: expected %q %s, found %s", c, where, s.found())
	}
	return false
}

// found names what stands at the current position, for messages.
func (s *scanner) found() string {
	if s.pos >= len(s.src) {
		return "the end of the document"
	}
	r, _ := utf8.DecodeRuneInString(s.src[s.pos:])
	return fmt.Sprintf("%q", r)
}

// valueType names the JSON type that starts with the byte c.
func valueType(c byte) string {
	switch {
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == '"':
		return "a string"
	case c == 't' || c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	}
	return "a number"
}
