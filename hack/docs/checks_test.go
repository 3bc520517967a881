// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"strings"
	"testing"
)

func TestThePageOfChecksNamesEveryCodeOfTheAPI(t *testing.T) {
	page, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	for _, file := range []string{"api/v1alpha1/plan_types.go", "api/v1alpha1/checks_types.go"} {
		constants, err := apiConstants("../..", file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range constants {
			if c.kind != "WarningCode" {
				continue
			}
			codes++
			if !strings.Contains(string(page), "`"+c.value+"`") {
				t.Errorf("docs/checks.md lacks the code %s: run `make docs`", c.value)
			}
		}
	}
	if codes < 27 {
		t.Errorf("%d codes found in the API", codes)
	}
}
