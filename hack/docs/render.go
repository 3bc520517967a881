// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// file is a file of the repository as a block of its kind.
func file(root, name string) (string, error) {
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		return "", fmt.Errorf("reading what a page shows: %w", err)
	}
	return "```" + strings.TrimPrefix(filepath.Ext(name), ".") + "\n" + strings.TrimSpace(string(content)) + "\n```\n", nil
}

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
