// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package laws

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestCasesComeFromTheEnvironment(t *testing.T) {
	for wanted, cases := range map[string]int{"": defaultCases, "1": 1, "100000": 100_000} {
		if got, err := casesOf(wanted); err != nil || got != cases {
			t.Errorf("%s=%q: got %d and error %v, want %d", Variable, wanted, got, err, cases)
		}
	}
	for _, wrong := range []string{"0", "-1", "many", "1e5", " 5"} {
		if got, err := casesOf(wrong); err == nil {
			t.Errorf("%s=%q: got %d, want an error", Variable, wrong, got)
		}
	}
}

func TestTheNumberOfCasesIsWhatRapidTries(t *testing.T) {
	number := flag.Lookup(checksFlag).Value
	before := number.String()
	t.Cleanup(func() { _ = number.Set(before) })
	want := "7"
	if isSetOnCommandLine(checksFlag) {
		want = before
	}
	for range 2 {
		if err := setCases("7"); err != nil || number.String() != want {
			t.Errorf("got %s cases and error %v, want %s", number, err, want)
		}
	}
	if err := setCases("none"); err == nil || number.String() != want {
		t.Errorf("a wrong number: got %s cases and error %v, want %s and an error", number, err, want)
	}
}

// TestEveryLawReadsTheVariable keeps a new law from staying at rapid's own number unseen.
func TestEveryLawReadsTheVariable(t *testing.T) {
	tried := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for number, line := range strings.Split(string(content), "\n") {
			if direct.MatchString(line) {
				t.Errorf("%s:%d: write laws.Check in place of rapid.Check", path, number+1)
			}
			if strings.Contains(line, "laws.Check(t, func") {
				tried++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if tried < 30 {
		t.Errorf("%d laws found: the search looks at the wrong place", tried)
	}
}

var direct = regexp.MustCompile(`\brapid\.(Check|MakeCheck)\(`)
