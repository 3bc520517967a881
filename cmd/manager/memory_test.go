// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func TestGoLeavesRoomInTheMemoryOfTheContainer(t *testing.T) {
	for what, tc := range map[string]struct {
		file, limit string
		want        int64
		limited     bool
	}{
		"256 MiB":           {"memory.max", "268435456\n", 206 << 20, true},
		"256 MiB, cgroup 1": {"memory/memory.limit_in_bytes", "268435456\n", 206 << 20, true},
		"64 MiB":            {"memory.max", "67108864\n", 32 << 20, true},
		"no limit":          {"memory.max", "max\n", 0, false},
		"no container":      {"cpu.max", "max\n", 0, false},
	} {
		got, limited := memoryLimit(fstest.MapFS{tc.file: {Data: []byte(tc.limit)}})
		if limited != tc.limited || limited && got != tc.want {
			t.Errorf("%s: Go may use %d bytes (%t), want %d (%t)", what, got, limited, tc.want, tc.limited)
		}
	}
}

func TestALowerGOMEMLIMITStands(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	container := fstest.MapFS{"memory.max": {Data: []byte("1073741824\n")}}
	for set, want := range map[int64]int64{512 << 20: 512 << 20, 1 << 30: 974 << 20, 1 << 40: 974 << 20} {
		debug.SetMemoryLimit(set)
		leaveRoom(container)
		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("with GOMEMLIMIT=%d it is %d, want %d", set, got, want)
		}
	}
}
