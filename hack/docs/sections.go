// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"
)

const (
	beginMark = "<!-- begin generated: "
	endMark   = "<!-- end generated -->"
)

// sections makes the text of each generated section; the argument is what follows the name in the mark.
var sections = map[string]func(root, argument string) (string, error){
	"condition-types":  conditionTypes,
	"reasons":          reasons,
	"role-types":       roleTypes,
	"role-type":        roleType,
	"capabilities":     capabilities,
	"checks":           checks,
	"check-examples":   checkExamples,
	"grants":           grants,
	"grants-of-types":  grantsOfTypes,
	"file":             file,
	"flags":            flags,
	"preflight-flags":  preflightFlags,
	"metrics":          metrics,
	"permissions":      permissions,
	"render":           render,
	"permission-count": permissionCount,
}

// generated returns the page with the text of its generated sections made anew.
func generated(root, page string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(page, beginMark)
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		mark, rest, closed := strings.Cut(rest, " -->\n")
		_, after, ended := strings.Cut(rest, endMark)
		if !closed || !ended {
			return "", errors.New("a generated section has no end: write " + endMark + " behind it")
		}
		text, err := section(root, mark)
		if err != nil {
			return "", err
		}
		out.WriteString(beginMark + mark + " -->\n\n" + strings.TrimSpace(text) + "\n\n" + endMark)
		page = after
	}
}

func section(root, mark string) (string, error) {
	name, argument, _ := strings.Cut(mark, " ")
	write, ok := sections[name]
	if !ok {
		return "", fmt.Errorf("no generated section is named %q", name)
	}
	text, err := write(root, argument)
	if err != nil {
		return "", fmt.Errorf("section %s: %w", mark, err)
	}
	return text, nil
}

// table writes a Markdown table.
func table(header []string, rows [][]string) string {
	var out strings.Builder
	line := func(cells []string) { out.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(header)
	out.WriteString(strings.Repeat("| --- ", len(header)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	return out.String()
}

// cell makes plain text fit into a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "\n", " ").Replace(text)
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

func codes(list []string) string {
	quoted := make([]string, len(list))
	for i, text := range list {
		quoted[i] = code(text)
	}
	return strings.Join(quoted, ", ")
}
