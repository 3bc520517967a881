// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecsiam/ecs-iam-controller/hack/release/source"
)

const changelog = "# Changelog\n\n## [Unreleased]\n\n- next\n\n## [0.2.0] - 2026-11-26\n\n- webhook\n\n## [0.1.0]\n\n- first\n"

// repository makes one with a commit of a known date.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "CHANGELOG.md", changelog)
	run(t, root, "init", "--quiet")
	run(t, root, "add", ".")
	run(t, root, "commit", "--quiet", "--message", "Begin")
	return root
}

func write(t *testing.T, root, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, root string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	command.Dir = root
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_COMMITTER_DATE=2026-11-26T12:00:00Z")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, output)
	}
}

func TestAReleaseHasTheDateOfItsCommitAndTheNotesOfItsVersion(t *testing.T) {
	got, err := source.Read(t.Context(), repository(t), "v0.2.0")
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	if !got.Time.Equal(want) || got.Notes != "- webhook" || len(got.Revision) != 40 || got.Tagged {
		t.Errorf("got %+v", got)
	}
}

func TestWhatIsNoVersionIsRefused(t *testing.T) {
	root := repository(t)
	for _, version := range []string{"", "latest", "0.2.0", "v0.2", "v0.2.0+build", "v01.2.0", "v0.2.0 ", "v0.2.0-01", "../v0.2.0"} {
		if _, err := source.Read(t.Context(), root, version); err == nil || !strings.Contains(err.Error(), "VERSION") {
			t.Errorf("%q: got error %v", version, err)
		}
	}
}

func TestADirtyTreeIsRefusedBesideAllOtherProblems(t *testing.T) {
	root := repository(t)
	write(t, root, "new.go", "package new\n")
	for version, want := range map[string][]string{
		"v0.2.0": {"new.go"},
		"latest": {"new.go", "not a semantic version"},
	} {
		_, err := source.Read(t.Context(), root, version)
		for _, part := range want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: got error %v, want one with %q", version, err, part)
			}
		}
	}
}

func TestBeforeTheTagAVersionMayBeRehearsedWithWhatIsUnreleased(t *testing.T) {
	root := repository(t)
	got, err := source.Read(t.Context(), root, "v0.3.0")
	if err != nil || got.Notes != "- next" {
		t.Errorf("got notes %q and error %v", got.Notes, err)
	}
	run(t, root, "tag", "v0.3.0")
	if _, err := source.Read(t.Context(), root, "v0.3.0"); err == nil ||
		!strings.Contains(err.Error(), "CHANGELOG.md has no section for v0.3.0") {
		t.Errorf("with the tag: got error %v", err)
	}
}

func TestTheTagOfTheVersionMustBeAtTheCommit(t *testing.T) {
	root := repository(t)
	run(t, root, "tag", "--annotate", "v0.2.0", "--message", "Release")
	if got, err := source.Read(t.Context(), root, "v0.2.0"); err != nil || !got.Tagged {
		t.Errorf("at the tag: got %+v and error %v", got, err)
	}
	write(t, root, "more.txt", "more")
	run(t, root, "add", ".")
	run(t, root, "commit", "--quiet", "--message", "Go on")
	if _, err := source.Read(t.Context(), root, "v0.2.0"); err == nil || !strings.Contains(err.Error(), "at another commit") {
		t.Errorf("after the tag: got error %v", err)
	}
}

func TestAVersionWithoutNotesIsRefused(t *testing.T) {
	root := repository(t)
	write(t, root, "CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n")
	run(t, root, "commit", "--quiet", "--all", "--message", "Say nothing")
	if _, err := source.Read(t.Context(), root, "v0.2.0"); err == nil || !strings.Contains(err.Error(), "CHANGELOG.md") {
		t.Errorf("got error %v", err)
	}
}
