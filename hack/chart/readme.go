// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"strings"
)

const (
	begin = "<!-- begin generated: values -->\n"
	end   = "<!-- end generated -->\n"
)

// renderReadme puts the table of the values between the two marks.
func renderReadme(file string, values []value) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	before, rest, opened := strings.Cut(string(content), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return nil, fmt.Errorf("%s lacks the marks of generated text", file)
	}
	var table strings.Builder
	table.WriteString("\n| Value | Default | Meaning |\n| --- | --- | --- |\n")
	for _, v := range values {
		fmt.Fprintf(&table, "| `%s` | `%s` | %s |\n", v.name(), v.fallback, strings.ReplaceAll(v.description, "|", `\|`))
	}
	return []byte(before + begin + table.String() + "\n" + end + after), nil
}
