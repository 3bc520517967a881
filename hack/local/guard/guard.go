// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package guard keeps the programs that a process starts from outliving it, even if it is killed. A program runs under
// a guard, which is the process's own executable called as `PROGRAM guard PARENT COMMAND ARGS...`: its main hands that
// over to Run.
package guard

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

	"github.com/ecsiam/ecs-iam-controller/hack/local/shell"
)

// Command is the first argument of a guard.
const Command = "guard"

// patience is how long an orphaned program may take to end by itself.
const patience = 5 * time.Second

// Run is the main function of a guard, given the arguments behind Command. It runs a program and ends it when the
// process with the given id is no longer the guard's parent; signals of the process group reach the program itself.
// It returns the exit code of the program.
func Run(args []string) int {
	code, err := runGuarded(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "guard: %v\n", err)
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
	WaitForOrphanage(ended, parent)
	if ended.Err() != nil {
		return
	}
	_ = program.Signal(syscall.SIGTERM)
	select {
	case <-ended.Done():
	case <-time.After(patience):
		_ = program.Kill()
	}
}

// WaitForOrphanage returns when the parent of this process is another one than the given one, or with the context.
func WaitForOrphanage(ctx context.Context, parent int) {
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

// CommandLine is the command line of a program under a guard.
func CommandLine(program string, args ...string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the path of this program: %w", err)
	}
	return append([]string{self, Command, strconv.Itoa(os.Getpid()), program}, args...), nil
}

// WriteScript writes an executable file that runs the program under a guard, for callers that take only a path.
func WriteScript(path, program string) error {
	line, err := CommandLine(program)
	if err != nil {
		return err
	}
	for i, word := range line {
		line[i] = shell.Quote(word)
	}
	script := "#!/bin/sh\nexec " + strings.Join(line, " ") + " \"$@\"\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		return fmt.Errorf("writing the guard of %s: %w", program, err)
	}
	return nil
}
