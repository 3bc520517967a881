// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// render is a command line of the kubectl plugin, run in the root of the repository, with what it prints.
func render(root, arguments string) (string, error) {
	cmd := exec.Command("go", append([]string{"run", "./cmd/kubectl-ecsiam", "render"}, strings.Fields(arguments)...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running the plugin: %w", err)
	}
	return "```console\n$ kubectl ecsiam render " + arguments + "\n" + string(out) + "```\n", nil
}
