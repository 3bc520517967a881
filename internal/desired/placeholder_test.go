// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

var testValues = placeholders{
	placeholderAccountID: "111122223333",
	placeholderPartition: "aws-cn",
	placeholderRegion:    "eu-west-1",
	placeholderNamespace: "payments",
	placeholderName:      "checkout",
}

func TestPlaceholdersAreReplacedAndVariablesLeftToIAM(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"no braces":                            "no braces",
		"{accountID}":                          "111122223333",
		"{partition}{region}":                  "aws-cneu-west-1",
		"a{namespace}b{name}c":                 "apaymentsbcheckoutc",
		"${aws:username}":                      "${aws:username}",
		"${*}${?}${$}":                         "${*}${?}${$}",
		"${$}{name}":                           "${$}checkout",
		"$${aws:username}":                     "$${aws:username}",
		"${aws:PrincipalTag/team, 'x'}/{name}": "${aws:PrincipalTag/team, 'x'}/checkout",
		"$ {name}":                             "$ checkout",
		"{{name}}":                             "{name}",
		"{{{name}}}":                           "{checkout}",
		"}}{{":                                 "}{",
		"größe-{name}-大":                       "größe-checkout-大",
	} {
		got, err := testValues.expand(text)
		if err != nil || got != want {
			t.Errorf("expand(%q) is %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestTextWithoutBracesIsLeftAsItIs(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		text := strings.NewReplacer("{", "", "}", "").Replace(rapid.String().Draw(t, "text"))
		if got, err := testValues.expand(text); err != nil || got != text {
			t.Fatalf("expand(%q) is %q, %v", text, got, err)
		}
	})
}

func TestAnyTextCanBeWrittenWithDoubledBraces(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		text := strings.ReplaceAll(rapid.StringMatching(`[a-z{}:*]{0,20}`).Draw(t, "text"), "$", "")
		escaped := strings.NewReplacer("{", "{{", "}", "}}").Replace(text)
		if got, err := testValues.expand(escaped); err != nil || got != text {
			t.Fatalf("expand(%q) is %q, %v; want %q", escaped, got, err, text)
		}
	})
}

// FuzzExpand looks for text on which expansion panics, does not end, loses something or leaves a placeholder.
func FuzzExpand(f *testing.F) {
	for _, seed := range []string{
		"arn:{partition}:s3:::x-{accountID}/*", "${aws:username}", "{{}}", "{", "}", "${", "${}", "{}", "{region",
		"${accountID}", "$${{name}}", "\xff{name}\xff", "{{{{{name}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := testValues.expand(text)
		if err != nil {
			if !strings.ContainsAny(text, "{}") {
				t.Errorf("expand(%q) has no brace and fails: %v", text, err)
			}
			return
		}
		if !strings.ContainsAny(text, "{}") && got != text {
			t.Errorf("expand(%q) is %q", text, got)
		}
		if strings.Count(text, "${aws:") != strings.Count(got, "${aws:") {
			t.Errorf("expand(%q) is %q: a policy variable changed", text, got)
		}
		again, err := placeholders{}.expand(strings.NewReplacer("{", "{{", "}", "}}").Replace(strings.ReplaceAll(got, "$", "")))
		if err != nil || again != strings.ReplaceAll(got, "$", "") {
			t.Errorf("what expand(%q) gives cannot be written again: %q, %v", text, again, err)
		}
	})
}
