// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// files are what a command keeps in bin/. Each command has names of its own, so that run and demo can be up at once.
type files struct {
	manager    string // the program, which both share
	managerLog string
	kubeconfig string
	env        string // to be sourced; run only
	state      string // folder of the control plane's data; gone at the end
	lock       string
}

// runCommand is the command that stays up, whose files have the plain names.
const runCommand = "run"

func filesOf(root, command string) (files, error) {
	bin, err := filepath.Abs(filepath.Join(root, "bin"))
	if err != nil {
		return files{}, fmt.Errorf("finding bin/: %w", err)
	}
	if _, err := os.Stat(filepath.Join(root, "config", "samples")); err != nil {
		return files{}, fmt.Errorf("looking for the samples; run this from the root of the repository: %w", err)
	}
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return files{}, fmt.Errorf("making bin/: %w", err)
	}
	name, log := command, command+"-manager.log"
	if command == runCommand {
		name, log = "local", "manager.log"
	}
	return files{
		manager:    filepath.Join(bin, "manager"),
		managerLog: filepath.Join(bin, log),
		kubeconfig: filepath.Join(bin, name+".kubeconfig"),
		env:        filepath.Join(bin, name+".env"),
		state:      filepath.Join(bin, name+".state"),
		lock:       filepath.Join(bin, name+".lock"),
	}, nil
}

// acquire locks the files for this process and removes what a killed one left. The lock ends with the process.
func (f files) acquire() (release func(), err error) {
	lock, err := os.OpenFile(f.lock, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		_ = lock.Close()
		return nil, fmt.Errorf("%s is locked: the same command is running in this clone, stop it first", f.lock)
	}
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("locking %s: %w", f.lock, err)
	}
	f.remove()
	if err := os.MkdirAll(f.state, 0o700); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("making a folder for the control plane: %w", err)
	}
	return func() { f.remove(); _ = lock.Close() }, nil
}

// remove removes what is of no use once the environment is down. Logs stay.
func (f files) remove() {
	for _, path := range []string{f.env, f.kubeconfig, f.state} {
		_ = os.RemoveAll(path)
	}
}

// shown is how messages name a file: as seen from the root of the repository, where the commands run.
func (f files) shown(path string) string { return filepath.Join("bin", filepath.Base(path)) }

// tail is the end of a file, indented; logs of programs that failed are shown with it.
func tail(path string, lines int) string {
	content, err := os.ReadFile(path)
	if err != nil || len(bytes.TrimSpace(content)) == 0 {
		return "    (empty)"
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return "    " + strings.Join(all[max(0, len(all)-lines):], "\n    ")
}
