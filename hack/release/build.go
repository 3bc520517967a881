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

// target is a platform by Go's names.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "_" + t.arch }

// executable is what a program is called there.
func (t target) executable(name string) string {
	if t.os == "windows" {
		return name + ".exe"
	}
	return name
}

// build compiles a command and returns where it is. No path, no id and no setting of the machine gets into the binary.
func (r release) build(ctx context.Context, command string, t target) (string, error) {
	binary := filepath.Join(r.work, t.String(), t.executable(command))
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly",
		"-ldflags", "-s -w -buildid= -X main.version="+r.Version, "-o", binary, "./cmd/"+command)
	build.Dir, build.Stderr = r.Root, os.Stderr
	build.Env = append(withoutGoSettings(os.Environ()),
		"CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOWORK=off", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=")
	say("building %s for %s", command, t)
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("building %s for %s: %w", command, t, err)
	}
	return binary, nil
}

// withoutGoSettings leaves out what changes the code that the compiler makes.
func withoutGoSettings(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		switch name {
		case "CGO_ENABLED", "GOOS", "GOARCH", "GOFLAGS", "GOWORK", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFIPS140":
		default:
			kept = append(kept, variable)
		}
	}
	return kept
}
