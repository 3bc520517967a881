// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sbom lists the modules of a binary as CycloneDX does, from what the compiler has written into it. The serial number and
// the time, which would differ each time, are left out. The platform that it names is the one of Go's environment, and
// would be that of the machine that makes the release.
func (r release) sbom(ctx context.Context, name string, t target, binary string) error {
	tool, err := r.tool(ctx, "cyclonedx-gomod")
	if err != nil {
		return err
	}
	list := exec.CommandContext(ctx, tool, "bin", "-json", "-std", "-noserial", "-notimestamp", "-version", r.Version,
		"-output", filepath.Join(r.output, name+".cdx.json"), binary)
	list.Env = append(withoutGoSettings(os.Environ()), "GOOS="+t.os, "GOARCH="+t.arch)
	if output, err := list.CombinedOutput(); err != nil {
		return fmt.Errorf("listing the modules of %s: %w\n%s", name, err, output)
	}
	return nil
}

// tool is where a tool of hack/tools is; the first time it is built.
func (r release) tool(ctx context.Context, name string) (string, error) {
	find := exec.CommandContext(ctx, filepath.Join(r.Root, "hack", "tools.sh"), name)
	find.Stderr = os.Stderr
	path, err := find.Output()
	if err != nil {
		return "", fmt.Errorf("building %s: %w", name, err)
	}
	return strings.TrimSpace(string(path)), nil
}
