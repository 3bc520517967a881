// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package glob is the wildcard language that IAM and this project share: an asterisk stands for any text, the empty one
// included, and a question mark for any one character. There is no escape. Standard library only.
package glob

import "strings"

// Matches reports whether a text matches a pattern.
func Matches(pattern, text string) bool {
	return match([]rune(pattern), []rune(text), func(rune) bool { return true })
}

// MatchesFold is Matches without regard to case, as IAM compares names, actions and the tag keys of roles.
func MatchesFold(pattern, text string) bool {
	return Matches(strings.ToLower(pattern), strings.ToLower(text))
}

// Covers reports whether a pattern provably matches all that another one matches. An asterisk in narrow stands for any
// text, which only an asterisk covers.
func Covers(wide, narrow string) bool {
	return match([]rune(wide), []rune(narrow), func(r rune) bool { return r != '*' })
}

// match walks the text once and returns to the last asterisk where it fails; single says what a question mark takes.
func match(pattern, text []rune, single func(rune) bool) bool {
	at, star, retry := 0, -1, 0
	for i := 0; i < len(text); {
		switch {
		case at < len(pattern) && pattern[at] == '*':
			star, retry = at, i
			at++
		case at < len(pattern) && (pattern[at] == text[i] || pattern[at] == '?' && single(text[i])):
			at++
			i++
		case star >= 0:
			retry++
			at, i = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(string(pattern[at:]), "*") == ""
}
