// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reasonsOfHealth are those that an object has when nothing is wrong, or that only approvals have.
var reasonsOfHealth = []string{"Reconciled", "Approved", "Consumed", "Expired"}

var reasonOfARow = regexp.MustCompile("(?m)^\\| `([A-Z][A-Za-z]+)` \\|")

func textOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheRunbookHasEveryReasonForWhichAnObjectNeedsALook(t *testing.T) {
	_, table, _ := strings.Cut(textOf(t, "docs/conditions.md"), "<!-- begin generated: reasons conditions -->")
	table, _, _ = strings.Cut(table, "<!-- end generated -->")
	runbook, found := textOf(t, "docs/runbook.md"), reasonOfARow.FindAllStringSubmatch(table, -1)
	if len(found) < 20 {
		t.Fatalf("only %d reasons were found", len(found))
	}
	for _, reason := range found {
		if !slices.Contains(reasonsOfHealth, reason[1]) &&
			!regexp.MustCompile("`(Drifted=True/)?"+reason[1]+"`").MatchString(runbook) {
			t.Errorf("docs/runbook.md does not say what to do about %s", reason[1])
		}
	}
}

// sectionsOf are the sections of a page by the anchor that links name.
func sectionsOf(text string) map[string]string {
	sections := map[string]string{}
	for _, part := range strings.Split(text, "\n## ")[1:] {
		title, body, _ := strings.Cut(part, "\n")
		anchor := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(title), "")
		sections[strings.ReplaceAll(anchor, " ", "-")] = body
	}
	return sections
}

var alertOfRules = regexp.MustCompile(`(?s)- alert: (\w+)\n.*?runbook_url: \S+#(\S+)`)

// A person who was woken copies commands: each section that an alert leads to begins with some, and the page has the
// alert's name, by which people search.
func TestEachAlertLeadsToCommandsThatFindTheObject(t *testing.T) {
	page := textOf(t, "docs/runbook.md")
	sections, alerts := sectionsOf(page), alertOfRules.FindAllStringSubmatch(textOf(t, "config/prometheus/rules.yaml"), -1)
	if len(alerts) < 10 {
		t.Fatalf("only %d alerts were found", len(alerts))
	}
	for _, alert := range alerts {
		if !strings.Contains(sections[alert[2]], "```sh\n") {
			t.Errorf("%s leads to %s, which has no command", alert[1], alert[2])
		}
		if !strings.Contains(page, "`"+alert[1]+"`") {
			t.Errorf("the runbook does not name the alert %s", alert[1])
		}
	}
}
