// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// lintGuide shows what AWS's own guide once printed wrong, and the sample that corrects it.
func (d *demonstration) lintGuide(ctx context.Context) error {
	report, refused, err := d.lint(ctx, "test/manifests/testdata/guide/delete-cluster.json")
	if err != nil {
		return err
	}
	if !refused || !strings.Contains(report, "did you mean ecs:DescribeClusters?") {
		return fmt.Errorf("lint did not refuse the guide's policy: %s", report)
	}
	report, refused, err = d.lint(ctx, "config/samples/policies")
	if err != nil {
		return err
	}
	if refused {
		return fmt.Errorf("lint refuses the corrected policies: %s", report)
	}
	return nil
}

// lint runs the plugin on a file or folder, and shows command and report.
func (d *demonstration) lint(ctx context.Context, path string) (report string, refused bool, err error) {
	d.Printf("$ kubectl ecsiam lint -f %s\n", path)
	command := exec.CommandContext(ctx, "go", "run", "./cmd/kubectl-ecsiam", "lint", "-f", path)
	command.Dir = d.Root
	out, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		refused, err = true, nil
	}
	d.Printf("%s", out)
	return string(out), refused, err
}
