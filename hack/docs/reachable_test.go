// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// linked are the files and folders that a page links to, by their path in the repository.
func linked(name, text string) []string {
	var targets []string
	for _, found := range link.FindAllStringSubmatch(prose(text), -1) {
		target, _, _ := strings.Cut(found[1], "#")
		if target != "" && !strings.Contains(target, "://") {
			targets = append(targets, path.Join(path.Dir(name), target))
		}
	}
	return targets
}

// prose is a page without its blocks of code and its code spans.
func prose(text string) string {
	return inCode.ReplaceAllString(fence.ReplaceAllString(text, ""), "")
}

// unreachable are the pages that no chain of links from the first page leads to. A link to a folder leads to its pages.
func unreachable(all map[string]string, first string) []string {
	reached, next := map[string]bool{first: true}, []string{first}
	for len(next) > 0 {
		page := next[0]
		next = next[1:]
		for _, target := range linked(page, all[page]) {
			for name := range all {
				if (name == target || path.Dir(name) == target) && !reached[name] {
					reached[name] = true
					next = append(next, name)
				}
			}
		}
	}
	var lost []string
	for name := range all {
		// GitHub itself shows the templates.
		if !reached[name] && !strings.HasPrefix(name, ".github/") {
			lost = append(lost, name)
		}
	}
	slices.Sort(lost)
	return lost
}

func TestEveryPageCanBeReachedFromTheReadme(t *testing.T) {
	for _, name := range unreachable(pages(t), "README.md") {
		t.Errorf("%s: no chain of links from README.md leads to it", name)
	}
}

func TestAPageThatOnlyUnreachablePagesLinkToIsUnreachable(t *testing.T) {
	got := unreachable(map[string]string{
		"README.md":                "[a](docs/a.md), [why](docs/decisions), `[b](docs/b.md)`",
		"docs/a.md":                "[back](../README.md)",
		"docs/b.md":                "[c](c.md#place)",
		"docs/c.md":                "[b](b.md)",
		"docs/decisions/1.md":      "",
		".github/PULL_TEMPLATE.md": "",
	}, "README.md")
	if want := []string{"docs/b.md", "docs/c.md"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
