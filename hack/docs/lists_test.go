// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notEveryKind stands in front of a list that leaves kinds out on purpose, with the reason behind it.
const notEveryKind = "<!-- not every kind: "

// listsOfKinds are the parts of a page that list kinds or controllers, each as the names in it: columns of tables, and
// enumerations in prose such as `ecsrole`, `ecspolicy` and [AWSAccount](awsaccount.md).
func listsOfKinds(kinds []string, text string) [][]string {
	anyKind := "(?:" + strings.Join(kinds, "|") + ")"
	name := "(?:`" + anyKind + "s?`|\\[" + anyKind + "s?\\]\\([^)]*\\))"
	item := regexp.MustCompile("(?i)" + name + "|`ecs-iam-controller-" + anyKind + "-(?:editor|viewer)`")
	enumeration := regexp.MustCompile("(?i)" + name + `(?:(?:,|,? and|,? or)\s+` + name + ")+")
	var lists [][]string
	for block := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(block, notEveryKind) {
			continue
		}
		if !strings.HasPrefix(block, "|") {
			for _, found := range enumeration.FindAllString(block, -1) {
				lists = append(lists, item.FindAllString(found, -1))
			}
			continue
		}
		for _, column := range columns(block) {
			var names []string
			for _, cell := range column {
				if found := item.FindString(cell); found != "" && strings.HasPrefix(cell, found) {
					names = append(names, item.FindAllString(cell, -1)...)
				}
			}
			lists = append(lists, names)
		}
	}
	return lists
}

func columns(table string) [][]string {
	var list [][]string
	for line := range strings.Lines(table) {
		for i, cell := range strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			if i == len(list) {
				list = append(list, nil)
			}
			list[i] = append(list[i], strings.TrimSpace(cell))
		}
	}
	return list
}

// missing are the kinds that a list of at least two kinds leaves out.
func missing(kinds, list []string) []string {
	var absent []string
	for _, kind := range kinds {
		word := regexp.MustCompile(`(?i)\b` + kind + `s?\b`)
		if !slices.ContainsFunc(list, word.MatchString) {
			absent = append(absent, kind)
		}
	}
	if len(kinds)-len(absent) < 2 {
		return nil
	}
	return absent
}

// patterns are the kinds as regular expressions that match the plural too, but for its s.
func patterns(p project) []string {
	var list []string
	for _, names := range p.kinds {
		list = append(list, regexp.MustCompile(`y$`).ReplaceAllString(names.Kind, "(?:y|ie)"))
	}
	return list
}

func TestWhatListsKindsOrControllersListsEach(t *testing.T) {
	kinds, found := patterns(readProject(t)), 0
	for name, text := range pages(t) {
		if strings.HasPrefix(name, "docs/decisions/") || name == "CHANGELOG.md" {
			continue // they speak of one change
		}
		for _, list := range listsOfKinds(kinds, fence.ReplaceAllString(text, "")) {
			if absent := missing(kinds, list); len(absent) > 0 {
				t.Errorf("%s: this list has not %s:\n%s", name, strings.Join(absent, ", "), strings.Join(list, "\n"))
			} else if len(list) >= len(kinds) {
				found++
			}
		}
	}
	if found < 3 {
		t.Errorf("found %d lists of kinds, which cannot be all", found)
	}
}

func TestAListThatLeavesAKindOutIsFound(t *testing.T) {
	kinds := []string{"ECSRole", "ECSPolic(?:y|ie)", "AWSAccount"}
	for text, want := range map[string]int{
		"by controller (`ecsrole`, `awsaccount`)":                                            1,
		"[ECSRole](r.md), [ECSPolicy](p.md) and [AWSAccount](a.md)":                          0,
		"an [ECSRole](r.md) in the account of an [AWSAccount](a.md)":                         0,
		"| Kind | For |\n| --- | --- |\n| `ECSRoles` | a |\n| `ECSPolicies` | b |":           1,
		notEveryKind + "x -->\n| `ECSRole` |\n| `AWSAccount` |":                              0,
		"| `ecs-iam-controller-ecsrole-editor` |\n| `ecs-iam-controller-ecspolicy-viewer` |": 1,
		"| Reason | See |\n| --- | --- |\n| none | `ECSRole` |":                              0,
	} {
		got := 0
		for _, list := range listsOfKinds(kinds, text) {
			if len(missing(kinds, list)) > 0 {
				got++
			}
		}
		if got != want {
			t.Errorf("%q: found %d lists that leave a kind out, want %d", text, got, want)
		}
	}
}
