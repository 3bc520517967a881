// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package glob_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// Over an alphabet with a letter that no pattern spells, texts somewhat longer than the patterns decide inclusion.
func TestInclusionIsExactlyThatOfTheTexts(t *testing.T) {
	patterns, texts := words("a*?", 4), words("az", 7)
	included, beyond := 0, 0
	for _, wide := range patterns {
		for _, narrow := range patterns {
			want := !slices.ContainsFunc(texts, func(text string) bool {
				return glob.Matches(narrow, text) && !glob.Matches(wide, text)
			})
			if got := glob.Includes(wide, narrow); got != want {
				t.Fatalf("Includes(%q, %q) = %t, want %t", wide, narrow, got, want)
			}
			if want {
				included++
			}
			if want && !glob.Covers(wide, narrow) {
				beyond++
			}
		}
	}
	if included == 0 || beyond == 0 {
		t.Errorf("%d pairs are included, %d of them beyond Covers; want some of both", included, beyond)
	}
}

func TestPatternsMeetExactlyWhereATextMatchesBoth(t *testing.T) {
	patterns, texts := words("a*?", 4), words("az", 6)
	for _, p := range patterns {
		for _, q := range patterns {
			want := slices.ContainsFunc(texts, func(text string) bool {
				return glob.Matches(p, text) && glob.Matches(q, text)
			})
			if got := glob.Meets(p, q); got != want {
				t.Fatalf("Meets(%q, %q) = %t, want %t", p, q, got, want)
			}
		}
	}
}

func TestAQuestionMarkMeetsALetterOfSeveralBytes(t *testing.T) {
	if !glob.Meets("a?c", "aéc") || !glob.Includes("a?*", "aé*") {
		t.Error("want a question mark to take one letter, whatever its bytes")
	}
}

func TestInclusionOfHostilePatternsEnds(t *testing.T) {
	wide := strings.Repeat("*?a", 300)
	narrow := strings.Repeat("a*", 400)
	if glob.Includes(wide, narrow) {
		t.Error("got an inclusion that does not hold")
	}
}
