// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// What is changed in a sample: one action for another.
const (
	plannedSample = "config/samples/ecsrole_task_full.yaml"
	plannedOld    = "s3:GetObjectVersion"
	plannedNew    = "s3:PutObject"
)

// planChange shows what a change of a manifest would do before it is merged, and that asking wrote nothing.
func (d *demonstration) planChange(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(d.Root, plannedSample))
	if err != nil {
		return fmt.Errorf("reading the sample: %w", err)
	}
	changed := strings.Replace(string(text), plannedOld, plannedNew, 1)
	d.takeCalls()
	d.Printf("$ sed s/%s/%s/ %s | kubectl ecsiam plan -f -\n", plannedOld, plannedNew, plannedSample)
	command := exec.CommandContext(ctx, "go", "run", "./cmd/kubectl-ecsiam", "plan", "-f", "-")
	command.Dir, command.Env, command.Stdin = d.Root, d.OperatorVariables(), strings.NewReader(changed)
	out, err := command.Output()
	d.Printf("%s", out)
	if err != nil {
		return fmt.Errorf("planning the change: %w", err)
	}
	for _, promised := range []string{"Lost: " + plannedOld + " on ", "Gained: " + plannedNew + " on "} {
		if !strings.Contains(string(out), promised) {
			return fmt.Errorf("the plan does not say %q", promised)
		}
	}
	if writes := iamsim.Writes(d.takeCalls()); len(writes) > 0 {
		return fmt.Errorf("planning wrote to IAM: %s", strings.Join(iamsim.ActionNames(writes), ", "))
	}
	return nil
}
