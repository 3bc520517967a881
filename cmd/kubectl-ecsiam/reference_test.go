// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ecsiam/ecs-iam-controller/internal/golden"
)

// TestTheReferenceSaysWhatTheCommandsSay holds the reference page to the commands. -update writes it.
func TestTheReferenceSaysWhatTheCommandsSay(t *testing.T) {
	root := newRootCommand(streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
	var page strings.Builder
	page.WriteString("# Commands of kubectl ecsiam\n\nGenerated from the help texts. [The kubectl plugin](../kubectl-plugin.md) " +
		"says what they are for.\n")
	for _, cmd := range root.Commands() {
		if !cmd.Hidden && cmd.Name() != "help" {
			describe(&page, cmd)
		}
	}
	golden.Check(t, "../../docs/reference/kubectl-ecsiam.md", page.String(), "the help texts changed")
}

// TestEveryCommandHasAnExample keeps help texts from having none.
func TestEveryCommandHasAnExample(t *testing.T) {
	root := newRootCommand(streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
	for _, cmd := range root.Commands() {
		if cmd.Example == "" && cmd.Name() != "version" && cmd.Name() != "help" {
			t.Errorf("%s has no example", cmd.Name())
		}
	}
}

func describe(page *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(page, "\n## %s\n\n%s.\n\n```text\nkubectl ecsiam %s\n```\n", cmd.Name(), cmd.Short, cmd.Use)
	if cmd.Long != "" {
		fmt.Fprintf(page, "\n%s\n", cmd.Long)
	}
	if cmd.Example != "" {
		fmt.Fprintf(page, "\n```sh\n%s\n```\n", strings.ReplaceAll("\n"+cmd.Example, "\n  ", "\n")[1:])
	}
	var rows strings.Builder
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		fmt.Fprintf(&rows, "| %s | %s | %s |\n", name, strings.ReplaceAll(f.Usage, "|", "\\|"), shownDefault(f))
	})
	if rows.Len() > 0 {
		page.WriteString("\n| Flag | Meaning | Default |\n| --- | --- | --- |\n" + rows.String())
	}
}

func shownDefault(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "[]", "false", "0":
		return ""
	}
	return "`" + f.DefValue + "`"
}
