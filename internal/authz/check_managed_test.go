// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// AWS's own policies are what the checks are measured by: a check that lights up on them is wrong more often than AWS.
func TestManagedPoliciesOfAWSForECSHaveNoErrorsAndFewWarnings(t *testing.T) {
	files, err := filepath.Glob("testdata/aws/*.json")
	if err != nil || len(files) < 24 {
		t.Fatalf("%d policies: %v", len(files), err)
	}
	statements, remarked := 0, map[string]bool{}
	for _, file := range files {
		doc, text := managedPolicy(t, file)
		statements += len(doc.Statements)
		for _, f := range authz.CheckText(text, policy.ManagedPolicy, "aws") {
			t.Logf("%s: %s: %s: %s", filepath.Base(file), f.Problem(), f.Code, f.Severity)
			if f.Severity == authz.Error {
				t.Errorf("%s: %s", filepath.Base(file), f.Message())
			}
			remarked[file+string(rune(f.Statement))] = true
		}
	}
	if share := 100 * len(remarked) / statements; share >= 5 {
		t.Errorf("%d of %d statements have warnings, which is %d %%", len(remarked), statements, share)
	}
}

func managedPolicy(t *testing.T, file string) (*policy.Document, []byte) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var content struct {
		Document json.RawMessage `json:"Document"`
	}
	if err := json.Unmarshal(text, &content); err != nil {
		t.Fatal(err)
	}
	doc, err := policy.Parse(content.Document)
	if err != nil {
		t.Fatal(err)
	}
	return doc, content.Document
}
