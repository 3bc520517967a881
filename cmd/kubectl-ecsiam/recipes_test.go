// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

// docs/recipes.md promises that an account whose guardrails have no rule lets all of it be made.
func TestTheRecipesNeedNoRuleOfTheGuardrails(t *testing.T) {
	newTestAccount(t)
	t.Setenv("KUBECONFIG", "/nonexistent")
	code, out, errs := execute(t.Context(), "", "plan", "--no-cluster", "--cluster-id", "example",
		"-f", "testdata/plan/account.yaml", "-f", "../../config/samples/recipes")
	if code != 0 || !strings.Contains(out, "; 0 withheld.") || strings.Contains(out, "Plan: 0 objects") {
		t.Errorf("exit code %d:\n%s\n%s", code, out, errs)
	}
}
