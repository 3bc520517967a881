// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// streams are where a command reads and writes. What it found goes to out, everything else to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errReported ends a command that has told the user already what is wrong.
var errReported = errors.New("reported")

// errDifferent ends a command that found differences, which its flags take for an exit code of their own.
var errDifferent = errors.New("there are differences")

// exitDifferent is that exit code.
const exitDifferent = 2

// run executes the command line and gives the exit code: 0; 1 for bad usage, bad manifests and errors; 2 for
// differences where a flag asks for that.
func run(ctx context.Context, s streams, args []string) int {
	s.out, s.err = &screen{Writer: s.out}, &screen{Writer: s.err}
	root := newRootCommand(s) //nolint:contextcheck // cobra hands the context to the commands
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errDifferent):
		return exitDifferent
	case !errors.Is(err, errReported):
		fmt.Fprintf(s.err, "Error: %v\n", err)
	}
	return 1
}

func newRootCommand(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "kubectl-ecsiam",
		Short: "Look at AWS IAM roles of Amazon ECS that are declared in Kubernetes",
		Annotations: map[string]string{
			cobra.CommandDisplayNameAnnotation: "kubectl ecsiam",
		},
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true}, // see completion.go
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.AddCommand(newRenderCommand(s), newLintCommand(s), newPlanCommand(s), newPassRoleCommand(s),
		newGuardrailsCommand(s), newStatusCommand(s), newTreeCommand(s), newOwnerCommand(s), newExplainCommand(s),
		newPauseCommand(s), newResumeCommand(s), newReconcileCommand(s), newConvertCommand(s), newUninstallCommand(s),
		newCompletionCommand(s), newVersionCommand(s))
	return root
}

func newVersionCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the plugin",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.out, version)
			return err
		},
	}
}
