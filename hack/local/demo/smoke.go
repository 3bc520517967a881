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

const (
	// smokePage shows the smoke test and what it prints, for a person with another namespace.
	smokePage      = "docs/install-eks.md"
	smokeNamespace = "ecs-samples"
	pageNamespace  = "payments"
)

// smoke runs the smoke test as a person runs it after an installation, and holds what it prints against the page.
func (d *demonstration) smoke(ctx context.Context) error {
	if found, _ := exec.LookPath("kubectl"); found == "" {
		d.Printf("  left out: there is no kubectl\n")
		return nil
	}
	d.takeCalls()
	d.Printf("$ hack/smoke.sh %s\n", smokeNamespace)
	command := exec.CommandContext(ctx, filepath.Join("hack", "smoke.sh"), smokeNamespace)
	command.Dir, command.Env, command.Stderr = d.Root, d.OperatorVariables(), os.Stderr
	out, err := command.Output()
	d.Printf("%s", out)
	if err != nil {
		return fmt.Errorf("running the smoke test: %w", err)
	}
	made := iamsim.CountByAction(d.takeCalls())
	if made["CreateRole"] != 1 || made["DeleteRole"] != 1 {
		return fmt.Errorf("the smoke test made and deleted another number of roles than one: %v", made)
	}
	page, err := os.ReadFile(filepath.Join(d.Root, smokePage))
	if err != nil {
		return fmt.Errorf("reading what the smoke test should print: %w", err)
	}
	return printsWhatThePageShows(string(out), string(page))
}

// printsWhatThePageShows compares the output with the block of the page.
func printsWhatThePageShows(out, page string) error {
	shown := "```console\n$ hack/smoke.sh " + pageNamespace + "\n" +
		strings.ReplaceAll(out, smokeNamespace, pageNamespace) + "```\n"
	if !strings.Contains(page, shown) {
		return fmt.Errorf("%s does not show what the smoke test prints:\n%s", smokePage, shown)
	}
	return nil
}
