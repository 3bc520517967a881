// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package golden compares what a test got with a file that was reviewed. Tests import it, products do not: importing it
// adds the flag -update to the test binary, which rewrites the files.
package golden

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Updating reports whether the test was run with -update.
func Updating() bool { return *update }

// Check fails the test when the file says something else. advice says what to do then, besides running with -update
// where the change is meant.
func Check(t *testing.T, file, got, advice string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs: %s; run with -update where the change is meant (-file +got):\n%s", file, advice, diff)
	}
}
