// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

func TestWildcardsMatchAsInIAM(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "any thing:at/all", true},
		{"a", "a", true},
		{"a", "A", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"?", "é", true},
		{"legacy-*", "legacy-", true},
		{"legacy-*", "my-legacy-x", false},
		{"*-role", "a-role-role", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"**", "", true},
		{"a**", "a", true},
		{"[a-z]", "b", false},
	} {
		if got := desired.Matches(c.pattern, c.name); got != c.want {
			t.Errorf("Matches(%q, %q) is %v, want %v", c.pattern, c.name, got, c.want)
		}
	}
	if !desired.MatchesFold("LEGACY-*", "legacy-x") || !desired.MatchesAnyFold([]string{"x", "Org:*"}, "org:team") {
		t.Error("case is not ignored where it must be")
	}
	if desired.MatchesAny([]string{"x", "Org:*"}, "org:team") || desired.MatchesAny(nil, "") {
		t.Error("MatchesAny matches what no pattern does")
	}
}

func TestMatchingAgreesWithARegularExpression(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?.é]{0,8}`).Draw(t, "pattern")
		name := rapid.StringMatching(`[ab.é]{0,8}`).Draw(t, "name")
		expr := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`^(?s:` + expr + `)$`).MatchString(name)
		if got := desired.Matches(pattern, name); got != want {
			t.Fatalf("Matches(%q, %q) is %v, want %v", pattern, name, got, want)
		}
	})
}

func TestMatchingHostilePatternsIsFast(t *testing.T) {
	if desired.Matches(strings.Repeat("*a", 1000)+"b", strings.Repeat("a", 2000)) {
		t.Error("matches a name without the last letter")
	}
}
