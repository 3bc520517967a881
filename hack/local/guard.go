// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// guardCommand is the hidden subcommand `local guard PARENT PROGRAM ARGS...`.
const guardCommand = "guard"

// guardPatience is how long an orphaned program may take to end by itself.
const guardPatience = 5 * time.Second

// guard runs a program and ends it when the process with the given id is no longer the guard's parent. So nothing that
// this tool starts outlives it, even if it is killed; signals of the process group reach the program itself. It
// returns the exit code of the program.
func guard(args []string) int {
	code, err := runGuarded(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "local guard: %v\n", err)
		return 1
	}
	return code
}

func runGuarded(args []string) (int, error) {
	if len(args) < 2 {
		return 0, errors.New("it needs the id of its parent and a program; it is not meant to be called by hand")
	}
	parent, err := strconv.Atoi(args[0])
	if err != nil {
		return 0, fmt.Errorf("reading the id of the parent: %w", err)
	}
	// Caught and dropped, rather than ignored: what is ignored stays ignored in the program.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	program := exec.Command(args[1], args[2:]...)
	program.Stdout, program.Stderr = os.Stdout, os.Stderr
	if err := program.Start(); err != nil {
		return 0, fmt.Errorf("starting %s: %w", args[1], err)
	}
	ended, end := context.WithCancel(context.Background())
	go endWhenOrphaned(ended, parent, program.Process)
	err = program.Wait()
	end()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exitCode(exit), nil
	}
	return 0, err
}

// exitCode is that of a shell: a program ended by a signal has 128 and the number of the signal.
func exitCode(exit *exec.ExitError) int {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

func endWhenOrphaned(ended context.Context, parent int, program *os.Process) {
	waitForOrphanage(ended, parent)
	if ended.Err() != nil {
		return
	}
	_ = program.Signal(syscall.SIGTERM)
	select {
	case <-ended.Done():
	case <-time.After(guardPatience):
		_ = program.Kill()
	}
}

// waitForOrphanage returns when the parent of this process is another one than the given one, or with the context.
func waitForOrphanage(ctx context.Context, parent int) {
	ticker := time.NewTicker(250 * time.Millisecond)
	defer ticker.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// guarded is the command line of a program under a guard.
func guarded(program string, args ...string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the path of this program: %w", err)
	}
	return append([]string{self, guardCommand, strconv.Itoa(os.Getpid()), program}, args...), nil
}

// writeGuardScript writes an executable file that runs the program under a guard, for callers that take only a path.
func writeGuardScript(path, program string) error {
	line, err := guarded(program)
	if err != nil {
		return err
	}
	for i, word := range line {
		line[i] = shellQuote(word)
	}
	script := "#!/bin/sh\nexec " + strings.Join(line, " ") + " \"$@\"\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		return fmt.Errorf("writing the guard of %s: %w", program, err)
	}
	return nil
}
