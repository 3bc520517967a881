// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package fault is the command `local fault`, which makes the simulated IAM fail while `make run` is up.
package fault

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
)

// Command is the command with its subcommands. The simulator is the one whose endpoint find returns, unless the flag
// --endpoint names another.
func Command(find func() (string, error)) *cobra.Command {
	var endpoint string
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "Make the simulated IAM throttle, deny, fail, or answer late while make run is up",
		Long: `Make the simulated IAM throttle, deny, fail, or answer late while make run is up.

A fault concerns the calls of everyone: the controller's and those of the AWS CLI. The oldest fault that matches a call
applies.`,
		Example: `  bin/local fault add --action 'Put*Policy' --code Throttling --count 3
  bin/local fault add --action CreateRole --code AccessDenied
  bin/local fault add --action 'Get*' --delay 2s
  bin/local fault list
  bin/local fault clear`,
	}
	cmd.PersistentFlags().StringVar(&endpoint, "endpoint", "",
		"endpoint of the simulator, such as http://127.0.0.1:4566; by default that of make run in this clone")
	client := func() (levers.Client, error) {
		if endpoint != "" {
			return levers.Client{Endpoint: endpoint}, nil
		}
		found, err := find()
		return levers.Client{Endpoint: found}, err
	}
	cmd.AddCommand(list(client), add(client), clearing(client))
	return cmd
}

type connect func() (levers.Client, error)

func list(client connect) *cobra.Command {
	return &cobra.Command{
		Use: "list", Args: cobra.NoArgs,
		Short: "List the faults in force, the oldest first",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := client()
			if err != nil {
				return err
			}
			return show(cmd.Context(), cmd.OutOrStdout(), c)
		},
	}
}

func add(client connect) *cobra.Command {
	var fault levers.Fault
	var delay time.Duration
	cmd := &cobra.Command{
		Use: "add", Args: cobra.NoArgs,
		Short: "Add a fault: what calls of an action meet, and how many of them",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := client()
			if err != nil {
				return err
			}
			fault.Delay = levers.Duration(delay)
			if _, err := c.AddFault(cmd.Context(), fault); err != nil {
				return err //nolint:wrapcheck // says what was refused
			}
			return show(cmd.Context(), cmd.OutOrStdout(), c)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&fault.Action, "action", "",
		"IAM or STS action, with * and ?, such as Put*Policy; default every action")
	flags.StringVar(&fault.Code, "code", "",
		"error code that calls are answered with, such as Throttling, AccessDenied, ServiceFailure or ExpiredToken")
	flags.IntVar(&fault.Times, "count", 0,
		"how many calls meet the fault before it ends; default all, until it is cleared")
	flags.DurationVar(&delay, "delay", 0,
		"how long calls wait first, such as 2s; without a code they are carried out then")
	flags.BoolVar(&fault.Hang, "hang", false, "leave calls without an answer until the fault is cleared")
	flags.StringToStringVar(&fault.Params, "param", nil,
		"only calls with such a parameter, such as RoleName=payments_*; may be repeated")
	return cmd
}

func clearing(client connect) *cobra.Command {
	return &cobra.Command{
		Use:   "clear [ID...]",
		Short: "End the faults with these ids, or all",
		RunE: func(cmd *cobra.Command, ids []string) error {
			c, err := client()
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				err = c.ClearFaults(cmd.Context())
			}
			for _, id := range ids {
				if err == nil {
					err = c.EndFault(cmd.Context(), id)
				}
			}
			if err != nil {
				return err //nolint:wrapcheck // says what was refused
			}
			return show(cmd.Context(), cmd.OutOrStdout(), c)
		},
	}
}

// show prints the faults in force.
func show(ctx context.Context, out io.Writer, c levers.Client) error {
	faults, err := c.Faults(ctx)
	if err != nil {
		return err //nolint:wrapcheck // says what was asked
	}
	if len(faults) == 0 {
		fmt.Fprintln(out, "No faults are in force.")
		return nil
	}
	rows := make([][]string, len(faults))
	for i, f := range faults {
		rows[i] = row(f)
	}
	console.To(out).Table([]string{"ID", "ACTION", "PARAMETERS", "ANSWER", "DELAY", "CALLS LEFT"}, rows)
	return nil
}

func row(f levers.Fault) []string {
	cells := []string{f.ID, f.Action, parameters(f.Params), f.Code, "", "all"}
	if f.Action == "" {
		cells[1] = "every action"
	}
	switch {
	case f.Hang:
		cells[3] = "never"
	case f.Code == "":
		cells[3] = "as usual"
	}
	if f.Delay > 0 {
		cells[4] = time.Duration(f.Delay).String()
	}
	if f.Times > 0 {
		cells[5] = strconv.Itoa(f.Times)
	}
	return cells
}

func parameters(patterns map[string]string) string {
	parts := make([]string, 0, len(patterns))
	for _, name := range slices.Sorted(maps.Keys(patterns)) {
		parts = append(parts, name+"="+patterns[name])
	}
	return strings.Join(parts, ",")
}
