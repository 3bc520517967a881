// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// full says that all sizes are measured.
var full = os.Getenv("SCALE") == "full"

// sized is the size of a measurement.
func sized(whole, small int) int {
	if full {
		return whole
	}
	return small
}

// figures are what was measured.
var figures struct {
	sync.Mutex
	rows []string
}

// figure notes a figure beside its bound, and fails the test when it is above.
func figure(t *testing.T, what string, got, bound float64, unit string) {
	t.Helper()
	verdict := "held"
	if got > bound {
		verdict = "MISSED"
		t.Errorf("%s: %.2f %s, want at most %.2f", what, got, unit, bound)
	}
	line := fmt.Sprintf("%-86s %9.2f  at most %9.2f %-16s %s", what, got, bound, unit, verdict)
	t.Log(line)
	note(line)
}

// note adds a line to the figures.
func note(line string) {
	figures.Lock()
	defer figures.Unlock()
	figures.rows = append(figures.rows, line)
}

func TestMain(m *testing.M) {
	code := m.Run()
	if full {
		fmt.Fprintf(os.Stdout, "\n%s\n", strings.Join(figures.rows, "\n"))
	}
	os.Exit(code)
}
