// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
	"unicode/utf16"
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

// wrongType reports the value at the current position and skips it.
func (s *scanner) wrongType(want string) {
	c := s.peek()
	offset := s.pos
	if !s.skip(0) {
		return // not JSON at all: that is the problem to report
	}
	s.report(offset, ReasonType, "is %s, must be %s", valueType(c), want)
}

// object reads an object and calls member for each key with the position before the value. Member consumes the value.
func (s *scanner) object(member func(key string, offset int)) {
	if !s.expect('{', "to open an object") {
		return
	}
	if s.peek() == '}' {
		s.pos++
		return
	}
	for !s.broken {
		if c := s.peek(); c != '"' {
			if !s.broken {
				s.syntax(s.pos, "invalid JSON: expected a key in double quotes, found %s", s.found())
			}
			return
		}
		offset := s.pos
		key, ok := s.str()
		if !ok || !s.expect(':', "after the key") {
			return
		}
		member(key, offset)
		if s.peek() == '}' && !s.broken {
			s.pos++
			return
		}
		if !s.expect(',', "or '}' after a member") {
			return
		}
	}
}

// list reads a list and calls element for each value with its index. Element consumes the value.
func (s *scanner) list(element func(i int)) {
	if !s.expect('[', "to open a list") {
		return
	}
	if s.peek() == ']' {
		s.pos++
		return
	}
	for i := 0; !s.broken; i++ {
		element(i)
		if s.peek() == ']' && !s.broken {
			s.pos++
			return
		}
		if !s.expect(',', "or ']' after a value") {
			return
		}
	}
}

// skip consumes any value, checking that it is JSON.
func (s *scanner) skip(depth int) bool {
	if depth > maxDepth {
		s.syntax(s.pos, "nested deeper than %d levels", maxDepth)
		return false
	}
	switch c := s.peek(); c {
	case '{':
		s.object(func(string, int) { s.skip(depth + 1) })
	case '[':
		s.list(func(int) { s.skip(depth + 1) })
	case '"':
		s.str()
	default:
		s.literal()
	}
	return !s.broken
}

// literal consumes a number, a boolean or null and returns its text.
func (s *scanner) literal() (string, bool) {
	s.peek()
	if s.broken {
		return "", false
	}
	rest := s.src[s.pos:]
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(rest, word) {
			s.pos += len(word)
			return word, true
		}
	}
	if n := numberLength(rest); n > 0 {
		s.pos += n
		return rest[:n], true
	}
	s.syntax(s.pos, "invalid JSON: expected a value, found %s", s.found())
	return "", false
}

// numberLength is the length of the JSON number at the start of text, 0 when there is none.
func numberLength(text string) int {
	i := 0
	digits := func() bool {
		start := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i > start
	}
	at := func(set string) bool { return i < len(text) && strings.IndexByte(set, text[i]) >= 0 }
	if at("-") {
		i++
	}
	if at("0") {
		i++
	} else if !digits() {
		return 0
	}
	if at(".") {
		i++
		if !digits() {
			return 0
		}
	}
	if at("eE") {
		i++
		if at("+-") {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}

// str consumes a string. Text without escapes is shared with the source, not copied.
func (s *scanner) str() (string, bool) {
	start := s.pos + 1
	for i := start; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '"':
			s.pos = i + 1
			return s.src[start:i], true
		case c == '\\':
			return s.escaped(start, i)
		case c < 0x20:
			s.syntax(i, "invalid JSON: control character %q in a string, write it as an escape", c)
			return "", false
		}
	}
	s.syntax(s.pos, "invalid JSON: string without an end")
	return "", false
}

// escaped consumes the rest of a string that starts at start and has its first escape at i.
func (s *scanner) escaped(start, i int) (string, bool) {
	buf := append(make([]byte, 0, i-start+32), s.src[start:i]...)
	for i < len(s.src) {
		switch c := s.src[i]; {
		case c == '"':
			s.pos = i + 1
			return string(buf), true
		case c == '\\':
			r, n := unescape(s.src[i:])
			if n == 0 {
				s.syntax(i, "invalid JSON: bad escape in a string")
				return "", false
			}
			buf = utf8.AppendRune(buf, r)
			i += n
		case c < 0x20:
			s.syntax(i, "invalid JSON: control character %q in a string, write it as an escape", c)
			return "", false
		default:
			buf = append(buf, c)
			i++
		}
	}
	s.syntax(s.pos, "invalid JSON: string without an end")
	return "", false
}

// unescape decodes the escape at the start of text and returns its length, 0 when it is none. Half a surrogate pair
// is none: decoded to a replacement character, different documents would compare equal.
func unescape(text string) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte("\"\\/bfnrt", text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	r, ok := hexUnit(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := hexUnit(text[6:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return pair, 12
	}
	return 0, 0
}

// hexUnit decodes \uXXXX at the start of text.
func hexUnit(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(text[2:6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
