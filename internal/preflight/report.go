// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Status is what became of a check.
type Status string

// The statuses. A warning is worth a look and keeps nobody from starting, and so is what could not be found out.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Unknown Status = "unknown"
	Failed  Status = "failed"
)

// Check is one thing that was looked at.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Message says what was found, Next what to do about it.
	Message string `json:"message"`
	Next    string `json:"next,omitempty"`
	// Denied and NotAsked are the actions of a statement that are denied, and those that could not be asked about.
	Denied   []string `json:"denied,omitempty"`
	NotAsked []string `json:"notAsked,omitempty"`
}

// Report is what all checks found.
type Report struct {
	OK     bool    `json:"ok"`
	Checks []Check `json:"checks"`
}

// Failures counts the checks that failed.
func (r Report) Failures() int {
	failures := 0
	for i := range r.Checks {
		if r.Checks[i].Status == Failed {
			failures++
		}
	}
	return failures
}

// JSON writes the report as one JSON object.
func (r Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// Text writes a line for each check.
func (r Report) Text(w io.Writer) {
	width := 0
	for i := range r.Checks {
		width = max(width, len(r.Checks[i].Name))
	}
	for i := range r.Checks {
		check := &r.Checks[i]
		line := fmt.Sprintf("%-8s %-*s  %s", check.Status, width, check.Name, check.Message)
		if check.Next != "" {
			line += ". Next: " + check.Next
		}
		fmt.Fprintln(w, strings.ReplaceAll(line, "\n", " "))
	}
}
