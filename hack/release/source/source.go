// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package source says which commit a release is made from, and whether it may be.
package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// Source is what a release is made from.
type Source struct {
	// Root is the folder of the repository.
	Root string
	// Version is that of the release, such as v0.2.0.
	Version string
	// Revision is the hash of the commit, Time its date: every time in the release is this one.
	Revision string
	Time     time.Time
	// Tagged is whether the commit carries the version as its tag. Without, the release is a rehearsal.
	Tagged bool
	// Notes is the section of the changelog.
	Notes string
}

// Read looks at the repository. All that keeps it from being released is one error.
func Read(ctx context.Context, root, version string) (Source, error) {
	s := Source{Root: root, Version: version}
	if err := checkVersion(version); err != nil {
		return s, errors.Join(err, checkClean(ctx, root))
	}
	err := errors.Join(checkClean(ctx, root), s.readCommit(ctx), s.readNotes())
	return s, err
}

// checkVersion asks for a version that a Git tag, an image tag and a Helm chart can have.
func checkVersion(version string) error {
	if version == "" {
		return errors.New("VERSION is required: make release VERSION=v0.2.0")
	}
	if semver.Canonical(version) != version {
		return fmt.Errorf("VERSION=%s is not a semantic version: write v, three numbers, and perhaps a pre-release, "+
			"such as v0.2.0 or v0.2.0-rc.1", version)
	}
	return nil
}

// checkClean refuses a tree with changes: a release must be found again by its commit.
func checkClean(ctx context.Context, root string) error {
	changes, err := git(ctx, root, "status", "--porcelain", "--untracked-files=normal")
	if err != nil {
		return err
	}
	if changes != "" {
		return fmt.Errorf("the working tree differs from its commit; commit or remove these first:\n%s", changes)
	}
	return nil
}

func (s *Source) readCommit(ctx context.Context) error {
	line, err := git(ctx, s.Root, "show", "--no-patch", "--format=%H %ct", "HEAD")
	if err != nil {
		return err
	}
	revision, seconds, _ := strings.Cut(line, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("the date of commit %s: %w", revision, err)
	}
	s.Revision, s.Time = revision, time.Unix(unix, 0).UTC()
	tagged, err := git(ctx, s.Root, "tag", "--list", s.Version, "--format=%(*objectname) %(objectname)")
	if err != nil || tagged == "" {
		return err
	}
	if s.Tagged = strings.Contains(tagged, revision); !s.Tagged {
		return fmt.Errorf("the tag %s is at another commit: check it out, or choose the next version", s.Version)
	}
	return nil
}

// readNotes takes the section of the version. What comes next may be released as a rehearsal, but a tag needs a section.
func (s *Source) readNotes() error {
	changelog, err := os.ReadFile(filepath.Join(s.Root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	number := strings.TrimPrefix(s.Version, "v")
	s.Notes = section(string(changelog), number)
	if s.Notes == "" && !s.Tagged {
		s.Notes = section(string(changelog), "Unreleased")
	}
	if s.Notes == "" {
		return fmt.Errorf("CHANGELOG.md has no section for %s: write one, `## [%s] - %s`, with what Unreleased holds",
			s.Version, number, s.Time.Format(time.DateOnly))
	}
	return nil
}

// section is what stands under the heading of a version.
func section(changelog, name string) string {
	var text strings.Builder
	within := false
	for line := range strings.Lines(changelog) {
		if strings.HasPrefix(line, "## ") {
			within = strings.HasPrefix(line, "## ["+name+"]")
			continue
		}
		if within {
			text.WriteString(line)
		}
	}
	return strings.TrimSpace(text.String())
}

func git(ctx context.Context, root string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir = root
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(output)), nil
}
