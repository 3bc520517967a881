// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// lintFiles are the files to read: those that are named, and those below the directories that are named.
func lintFiles(names []string) (files []string, problems []finding) {
	for _, name := range names {
		info, err := os.Stat(name)
		if name == manifest.Stdin || err != nil || !info.IsDir() {
			files = append(files, name) // what is wrong with it shows when it is read
			continue
		}
		err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				problems = append(problems, unreadable(path, errors.New("reading the directory: "+cause(err))))
			case entry.IsDir() && path != name && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case !entry.IsDir() && slices.Contains(manifestSuffixes, strings.ToLower(filepath.Ext(path))):
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			problems = append(problems, unreadable(name, err))
		}
	}
	return files, problems
}

var manifestSuffixes = []string{".yaml", ".yml", ".json"}

// cause is what the system says, without the path.
func cause(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

func shownFile(name string) string {
	if name == manifest.Stdin {
		return "standard input"
	}
	return filepath.ToSlash(name)
}

// isClosedPipe tells whether whoever reads the report has gone, as head does.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// isPolicyDocument tells whether a file is a document of IAM's grammar instead of an object of Kubernetes.
func isPolicyDocument(content []byte) bool {
	if trimmed := bytes.TrimSpace(content); len(trimmed) == 0 || trimmed[0] != '{' {
		return false
	}
	var top struct {
		Kind       json.RawMessage `json:"kind"`
		APIVersion json.RawMessage `json:"apiVersion"`
		Statement  json.RawMessage `json:"Statement"`
	}
	return json.Unmarshal(content, &top) == nil && top.Statement != nil && top.Kind == nil && top.APIVersion == nil
}

// lintDocument checks a plain policy document; one with principals is a trust policy.
func lintDocument(file string, content []byte, partition string) []finding {
	kind := policy.IdentityPolicy
	if bytes.Contains(content, []byte(`Principal"`)) {
		kind = policy.TrustPolicy
	}
	list := authz.CheckText(bytes.TrimSpace(content), kind, partition)
	findings := make([]finding, len(list))
	var locator *manifest.Locator
	for i := range list {
		f := &list[i]
		found := finding{
			File: shownFile(file), Field: f.Problem().Path, Code: f.Code, Severity: f.Severity, Reason: f.Reason,
			Correction: f.Correction,
		}
		if len(content) <= maxLocated {
			if locator == nil {
				l := manifest.NewLocator(content)
				locator = &l
			}
			at := locator.Find(found.Field)
			found.Line, found.Column = at.Line, at.Column
		}
		findings[i] = found
	}
	return findings
}

// maxLocated bounds the documents in which positions are looked for; IAM takes no longer ones.
const maxLocated = 1 << 20
