// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

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

// wrongType reports the value at the current position and skips it.
func (s *scanner) wrongType(want string) {
	c := s.peek()
	offset := s.pos
	if !s.skip(0) {
		return // not JSON at all: that is the problem to report
	}
	s.report(offset, ReasonType, "is %s, must be %s", valueType(c), want)
}
