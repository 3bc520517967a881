// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

func TestAChartTakesTheVersionOfTheRelease(t *testing.T) {
	got, err := versioned([]byte("name: a\n# version: of what\nversion: 0.1.0\nappVersion: v0.1.0\n"), "0.2.0", "v0.2.0")
	if want := "name: a\n# version: of what\nversion: 0.2.0\nappVersion: v0.2.0\n"; err != nil || string(got) != want {
		t.Errorf("got %q and error %v, want %q", got, err, want)
	}
}

func TestAChartWithoutItsVersionsIsAnError(t *testing.T) {
	for _, content := range []string{"", "version: 1\n", "version: 1\nversion: 2\nappVersion: 1\n"} {
		if _, err := versioned([]byte(content), "0.2.0", "v0.2.0"); err == nil || !strings.Contains(err.Error(), "Chart.yaml") {
			t.Errorf("%q: got error %v", content, err)
		}
	}
}
