// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/layout"
)

const program = "package main\n\nvar version = \"dev\"\n\nfunc main() { println(version) }\n"

// small is a repository with all that a release is made from, and with programs that are compiled within seconds.
func small(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "repository")
	files := map[string]string{
		"go.mod":                     "module " + module + "\n\ngo 1.26.0\n",
		"cmd/manager/main.go":        program,
		"cmd/kubectl-ecsiam/main.go": program,
		"cmd/kubectl-ecsiam/kubectl_complete-ecsiam": "#!/bin/sh\n",
		"CHANGELOG.md": "## [0.2.0]\n\n- webhook\n", "LICENSE": "licence\n", "NOTICE": "notice\n", ".gitignore": "/dist*/\n",
	}
	for name, content := range files {
		save(t, filepath.Join(root, name), []byte(content))
	}
	for _, name := range []string{"config", "charts", "hack/tools/cyclonedx-gomod", "hack/tools.sh"} {
		duplicate(t, filepath.Join("../..", name), filepath.Join(root, name))
	}
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "."},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "Begin"},
	} {
		git(t, root, args...)
	}
	return root
}

func git(t *testing.T, root string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, output)
	}
}

func save(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	mode := os.FileMode(0o644)
	if bytes.HasPrefix(content, []byte("#!")) {
		mode = 0o755
	}
	if err := os.WriteFile(path, content, mode); err != nil {
		t.Fatal(err)
	}
}

func duplicate(t *testing.T, from, to string) {
	t.Helper()
	for name, content := range tree(t, from) {
		save(t, filepath.Join(to, name), content)
	}
}

// tree are the files below a path by their relative names.
func tree(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTwoReleasesOfACommitAtTwoPathsHaveTheSameFiles(t *testing.T) {
	if os.Getenv("RELEASE") != "whole" {
		t.Skip("it compiles for five platforms, which takes minutes: RELEASE=whole runs it")
	}
	first := small(t)
	second := filepath.Join(t.TempDir(), "elsewhere", "clone")
	git(t, first, "clone", "--quiet", ".", second)
	var made []map[string][]byte
	for _, root := range []string{first, second} {
		if err := run(t.Context(), root, "v0.2.0", filepath.Join(root, "dist")); err != nil {
			t.Fatal(err)
		}
		made = append(made, tree(t, filepath.Join(root, "dist")))
	}
	if a, b := slices.Sorted(maps.Keys(made[0])), slices.Sorted(maps.Keys(made[1])); !slices.Equal(a, b) {
		t.Fatalf("the files are\n%v\nand\n%v", a, b)
	}
	for name, content := range made[0] {
		if !bytes.Equal(content, made[1][name]) {
			t.Errorf("%s differs", name)
		}
	}
	holdsEverything(t, made[0], filepath.Join(first, "dist"))
}

func holdsEverything(t *testing.T, files map[string][]byte, folder string) {
	t.Helper()
	want := []string{
		"install.yaml", "crds.yaml", "ecs-iam-controller-0.2.0.tgz", "ecsiam.yaml", "RELEASE_NOTES.md", sumsFile,
		"image/index.json", "image/oci-layout", "ecs-iam-controller_v0.2.0_linux_arm64.cdx.json",
		"kubectl-ecsiam_v0.2.0_windows_amd64.zip", "kubectl-ecsiam_v0.2.0_darwin_arm64.tar.gz",
	}
	for _, name := range want {
		if len(files[name]) == 0 {
			t.Errorf("there is no %s", name)
		}
		if name != sumsFile && !bytes.Contains(files[sumsFile], []byte("  "+name+"\n")) {
			t.Errorf("%s is not in %s", name, sumsFile)
		}
	}
	install := string(files["install.yaml"])
	if !strings.Contains(install, "image: "+repository+":v0.2.0\n") || strings.Count(install, "cluster-id: \"\"\n") != 1 {
		t.Error("install.yaml lacks the image of the release, or the cluster id that is to be set")
	}
	index, err := layout.ImageIndexFromPath(filepath.Join(folder, "image"))
	if err != nil {
		t.Fatal(err)
	}
	if manifest, err := index.IndexManifest(); err != nil || len(manifest.Manifests) != 1 {
		t.Errorf("the layout has %+v, error %v", manifest, err)
	}
	for name, content := range files {
		if bytes.Contains(content, []byte(folder)) {
			t.Errorf("%s names the folder that it was made in", name)
		}
	}
}

func TestAReleaseThatIsRefusedLeavesTheEarlierOneAlone(t *testing.T) {
	root := small(t)
	save(t, filepath.Join(root, "dist", "install.yaml"), []byte("earlier"))
	save(t, filepath.Join(root, "new.go"), []byte("package x\n"))
	err := run(t.Context(), root, "v0.2.0", filepath.Join(root, "dist"))
	if err == nil || !strings.Contains(err.Error(), "new.go") {
		t.Errorf("got error %v", err)
	}
	if kept := tree(t, filepath.Join(root, "dist")); string(kept["install.yaml"]) != "earlier" {
		t.Errorf("dist has %v", kept)
	}
}
