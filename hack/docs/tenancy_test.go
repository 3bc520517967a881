// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// everyNamespace is the setting that gives an account to all namespaces.
var everyNamespace = regexp.MustCompile(`\bfrom:\s*"?All\b`)

func TestNoExampleGivesAnAccountToAllNamespaces(t *testing.T) {
	samples, err := filepath.Glob(filepath.Join(repository, "config", "samples", "*.yaml"))
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, sample := range samples {
		text, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			if everyNamespace.MatchString(document) {
				t.Errorf("%s gives the account to all namespaces: name them", filepath.Base(sample))
			}
		}
	}
	for name, text := range pages(t) {
		for _, block := range yamlBlock.FindAllStringSubmatch(text, -1) {
			if everyNamespace.MatchString(block[1]) && !strings.Contains(block[1], "guardrails:") {
				t.Errorf("%s gives an account to all namespaces without guardrails", name)
			}
		}
	}
}
