// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io/fs"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// beyondGo is what a container needs beside the memory that GOMEMLIMIT counts, in bytes: the pages of the program and
// the stacks of its threads, and what Go gives back late.
const beyondGo = 50 << 20

// leaveRoom has Go keep so far below the memory limit of the container that the rest fits into it, too. A lower
// GOMEMLIMIT stands.
func leaveRoom(container fs.FS) {
	if most, limited := memoryLimit(container); limited && debug.SetMemoryLimit(-1) > most {
		debug.SetMemoryLimit(most)
	}
}

// memoryLimit is what Go may use of the memory of the container, and whether that has a limit. A small container leaves
// half of it.
func memoryLimit(container fs.FS) (most int64, limited bool) {
	for _, file := range []string{"memory.max", "memory/memory.limit_in_bytes"} { // of cgroups 2 and 1
		text, err := fs.ReadFile(container, file)
		if err != nil {
			continue
		}
		// Where there is no limit, the file says "max" or a number beyond any memory.
		limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		return max(limit-beyondGo, limit/2), err == nil
	}
	return 0, false
}

// cgroup is where a container finds its limits.
func cgroup() fs.FS { return os.DirFS("/sys/fs/cgroup") }
