// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// literal consumes a number, a boolean or null and returns its text, which is empty when there is none.
func (s *scanner) literal() string {
	s.peek()
	if s.broken {
		return ""
	}
	rest := s.src[s.pos:]
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(rest, word) {
			s.pos += len(word)
			return word
		}
	}
	if n := numberLength(rest); n > 0 {
		s.pos += n
		return rest[:n]
	}
	s.syntax(s.pos, "invalid JSON: expected a value, found %s", s.found())
	return ""
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
