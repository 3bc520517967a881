// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestChecksumsListEveryFileByNameButTheirOwn(t *testing.T) {
	r := release{output: t.TempDir()}
	if err := os.Mkdir(filepath.Join(r.output, "image"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"b", "a", "image/index.json"} {
		if err := r.save(name, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.checksums(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(r.output, sumsFile))
	if err != nil {
		t.Fatal(err)
	}
	const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if want := sum + "  a\n" + sum + "  b\n" + sum + "  image/index.json\n"; string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNoSettingOfTheMachineReachesTheCompiler(t *testing.T) {
	got := withoutGoSettings([]string{"HOME=/x", "GOFLAGS=-tags=x", "GOAMD64=v3", "GOCACHE=/c"})
	if len(got) != 2 || got[0] != "HOME=/x" || got[1] != "GOCACHE=/c" {
		t.Errorf("got %v", got)
	}
}
