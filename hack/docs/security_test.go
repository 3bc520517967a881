// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	testInText   = regexp.MustCompile("`(Test\\w+)`")
	specInText   = regexp.MustCompile(`"([^"]+)"`)
)

// testsOf is all test code of the repository.
func testsOf(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// The rows of the threat model are promises. Each names a test that fails when it is broken.
func TestEachRowOfTheThreatModelNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	code := testsOf(t, "../..")
	functions := map[string]bool{}
	for _, found := range testFunction.FindAllStringSubmatch(code, -1) {
		functions[found[1]] = true
	}
	// A spec of a table is made of "refuse " and its name.
	exists := func(spec string) bool {
		return strings.Contains(code, `"`+spec+`"`) || strings.Contains(code, `"`+strings.TrimPrefix(spec, "refuse ")+`"`)
	}
	for _, found := range testInText.FindAllStringSubmatch(string(page), -1) {
		if !functions[found[1]] {
			t.Errorf("docs/security.md names %s, which does not exist", found[1])
		}
	}
	rows := 0
	for line := range strings.SplitSeq(string(page), "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) != 2 || strings.HasPrefix(line, "| ---") || strings.HasPrefix(line, "| Attempt") {
			continue
		}
		rows++
		specs := specInText.FindAllStringSubmatch(cells[1], -1)
		if len(specs) == 0 && !testInText.MatchString(cells[1]) {
			t.Errorf("no test shows: %s", line)
		}
		for _, spec := range specs {
			if !exists(spec[1]) {
				t.Errorf("docs/security.md names the spec %q, which does not exist", spec[1])
			}
		}
	}
	if rows < 20 {
		t.Errorf("found %d rows of promises", rows)
	}
}
