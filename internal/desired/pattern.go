// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import "strings"

// Matches reports whether a name matches a pattern, in which * stands for any text and ? for any one character.
func Matches(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	at, star, retry := 0, -1, 0
	for i := 0; i < len(n); {
		switch {
		case at < len(p) && p[at] == '*':
			star, retry = at, i
			at++
		case at < len(p) && (p[at] == '?' || p[at] == n[i]):
			at++
			i++
		case star >= 0:
			retry++
			at, i = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(string(p[at:]), "*") == ""
}

// MatchesFold is Matches without regard to case, as IAM compares names and the tag keys of roles.
func MatchesFold(pattern, name string) bool {
	return Matches(strings.ToLower(pattern), strings.ToLower(name))
}

// MatchesAny reports whether a name matches one of the patterns.
func MatchesAny(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if Matches(pattern, name) {
			return true
		}
	}
	return false
}

// MatchesAnyFold is MatchesAny without regard to case.
func MatchesAnyFold(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if MatchesFold(pattern, name) {
			return true
		}
	}
	return false
}
