// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package glob_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

func TestAPatternMatchesAsItsRegularExpressionDoes(t *testing.T) {
	texts := words("abé*", 4)
	for _, pattern := range words("ab*?", 4) {
		re := expression(pattern)
		for _, text := range texts {
			if got, want := glob.Matches(pattern, text), re.MatchString(text); got != want {
				t.Errorf("Matches(%q, %q) = %t, want %t", pattern, text, got, want)
			}
		}
	}
}

// A pattern covers another one when it matches every text that the other one matches; all texts up to a length are
// tried, so that a wrong "covers" shows.
func TestAPatternCoversOnlyWhatItMatches(t *testing.T) {
	patterns, texts := words("a*?", 4), words("ab", 6)
	covered := 0
	for _, wide := range patterns {
		for _, narrow := range patterns {
			if !glob.Covers(wide, narrow) {
				continue
			}
			covered++
			for _, text := range texts {
				if glob.Matches(narrow, text) && !glob.Matches(wide, text) {
					t.Fatalf("Covers(%q, %q), but %q matches the second alone", wide, narrow, text)
				}
			}
		}
	}
	if covered < len(patterns) {
		t.Errorf("%d pairs are covered, want each pattern to cover itself at least", covered)
	}
}

func TestCoversSaysWhatCanBeProved(t *testing.T) {
	for _, c := range []struct {
		wide, narrow string
		want         bool
	}{
		{"*", "", true},
		{"s3:*", "s3:Get*", true},
		{"s3:Get*", "s3:*", false},
		{"a?c", "abc", true},
		{"a?c", "a?c", true},
		{"a?c", "a*c", false},
		{"a*c", "a*b*c", true},
		{"?", "é", true},
		{"abc", "ABC", false},
	} {
		if got := glob.Covers(c.wide, c.narrow); got != c.want {
			t.Errorf("Covers(%q, %q) = %t, want %t", c.wide, c.narrow, got, c.want)
		}
	}
}

func TestFoldingIgnoresCaseInPatternAndText(t *testing.T) {
	if !glob.MatchesFold("ECS*Role", "ecsTaskrole") || glob.Matches("ECS*Role", "ecsTaskrole") {
		t.Error("want a match that ignores case, and none that does not")
	}
}

func TestManyAsterisksDoNotTakeExponentialTime(t *testing.T) {
	if glob.Matches(strings.Repeat("a*", 200)+"b", strings.Repeat("a", 2000)) {
		t.Error("got a match without the last letter")
	}
}

// words are all texts over an alphabet up to a length.
func words(alphabet string, length int) []string {
	all, last := []string{""}, []string{""}
	for range length {
		var next []string
		for _, word := range last {
			for _, letter := range alphabet {
				next = append(next, word+string(letter))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

func expression(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.ReplaceAll(quoted, `\*`, `.*`)
	return regexp.MustCompile(`(?s)^` + strings.ReplaceAll(quoted, `\?`, `.`) + `$`)
}
