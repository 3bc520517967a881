// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/golden"
)

// TestAChangedMessageIsSeenInReview keeps every text that users read in one file, where its wording can be judged.
func TestAChangedMessageIsSeenInReview(t *testing.T) {
	found, err := collectMessages(repository)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, source := range slices.Sorted(maps.Keys(found)) {
		if len(found[source]) == 0 {
			continue
		}
		fmt.Fprintf(&out, "## %s\n\n", source)
		for _, text := range found[source] {
			fmt.Fprintln(&out, text)
		}
		fmt.Fprintln(&out)
	}
	golden.Check(t, filepath.Join("testdata", "messages.golden"), out.String(), "read the new wording")
}

func TestSentencesOfTheCodeAreFoundWhole(t *testing.T) {
	const source = `package p

import "not a/sentence"

type s struct {
	F string ` + "`json:\"no sentence\"`" + `
}

func f(name string) error {
	log.Info("a line of a log")
	_ = "word"
	_ = "{\"Version\": \"2012-10-17\", \"Statement\": []}"
	_ = "attach " + name + " to " +
		"the role"
	g("%s: set it again", name)
	return fmt.Errorf("reading " + "things: %w", err)
}
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"attach … to the role", "%s: set it again", "reading things: %w"}
	if diff := cmp.Diff(want, sentences(file)); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
}

// habits are words and sentences that a native speaker would not write there, with what to write. Tell and since are
// also right words, so that each hit is read once: the golden file holds those that may stay.
var habits = []struct{ word, instead string }{
	{`\bmeanwhile\b`, "in the meantime, during the call"},
	{`\bmend(s|ed|ing)?\b`, "fix"},
	{`\bothers'`, "someone else's"},
	{`\bby others\b`, "by someone else"},
	{`(?-i:\b(is|are) none\b)`, "no … exists"},
	{`\bfor ever\b`, "forever"},
	{`\bsurely\b`, "say what is known"},
	{`\bsomebody\b`, "someone"},
	{`\btells?\b[.,;]`, "says, reports"},
	{`\bsince\b`, "because, unless it is about time"},
	{`\bsome(one|body) made versions\b`, "another writer created versions"},
	{`\bcreated just now\b|\bjust now, so\b`, "created moments ago"},
	{`\bthe call is repeated\b|\bAWS is asked again\b`, "retrying"},
	{`\bin other case\b|\bspelt in (other|another) case\b`, "with different capitalization"},
	{`\bis no (request|field|plan)\b`, "is not a …"},
	{`\bis given time\b`, "Waiting for … to propagate"},
	{`\bis there by\b`, "was added by"},
	{`\bkeep this one only for what\b`, "only while something still refers to it"},
}

// TestHabitsOfWordingAreOnlyWhereTheyWereRead finds them in messages and pages. What is found must be in the golden file,
// which is to become shorter.
func TestHabitsOfWordingAreOnlyWhereTheyWereRead(t *testing.T) {
	texts, err := collectMessages(repository)
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range pages(t) {
		if name != "docs/reference/api.md" { // it repeats what kubectl explain says
			texts[name] = strings.Split(fence.ReplaceAllString(page, ""), "\n")
		}
	}
	for _, pattern := range []string{
		"Makefile", ".ci/*", "hack/*.sh", ".github/*/*", "config/*/*.yaml", "config/*/*/*.yaml",
	} {
		files, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file matches %s, error %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, _ := filepath.Rel(repository, file)
			texts[filepath.ToSlash(name)] = strings.Split(string(text), "\n")
		}
	}
	var out strings.Builder
	for _, habit := range habits {
		found := hits(regexp.MustCompile("(?i)"+habit.word), texts)
		fmt.Fprintf(&out, "## %s (%s): %d\n\n%s\n", habit.word, habit.instead, len(found), strings.Join(found, ""))
	}
	golden.Check(t, filepath.Join("testdata", "habits.golden"), out.String(),
		"write it as the heading advises")
}

// hits are the lines with a word, each behind where it stands.
func hits(word *regexp.Regexp, texts map[string][]string) []string {
	var found []string
	for _, source := range slices.Sorted(maps.Keys(texts)) {
		for _, text := range texts[source] {
			if at := word.FindStringIndex(text); at != nil {
				found = append(found, fmt.Sprintf("%s: %s\n", source, excerpt(text, at)))
			}
		}
	}
	return found
}

// excerpt is the part of a text around a hit.
func excerpt(text string, at []int) string {
	from, to := max(0, at[0]-60), min(len(text), at[1]+60)
	return strings.ToValidUTF8(strings.TrimSpace(text[from:to]), "")
}

func TestAHabitIsFoundInAnyCase(t *testing.T) {
	texts := map[string][]string{"page": {"Somebody else", "sincerely", "nothing"}, "other": {"a role, since it is"}}
	for word, want := range map[string]int{`\bsomebody\b`: 1, `\bsince\b`: 1, `\bmeanwhile\b`: 0} {
		if got := hits(regexp.MustCompile("(?i)"+word), texts); len(got) != want {
			t.Errorf("%s: got %v, want %d hits", word, got, want)
		}
	}
}
