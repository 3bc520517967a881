// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import "github.com/ecsiam/ecs-iam-controller/internal/glob"

// Matches reports whether a name matches a pattern, in which * stands for any text and ? for any one character.
func Matches(pattern, name string) bool { return glob.Matches(pattern, name) }

// MatchesFold is Matches without regard to case, as IAM compares names and the tag keys of roles.
func MatchesFold(pattern, name string) bool { return glob.MatchesFold(pattern, name) }

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
