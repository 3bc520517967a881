// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/hack/release/archive"
	"github.com/ecsiam/ecs-iam-controller/hack/release/source"
)

const (
	module     = "github.com/ecsiam/ecs-iam-controller"
	project    = "https://" + module
	repository = "ghcr.io/ecsiam/ecs-iam-controller"
	summary    = "The AWS IAM roles of Amazon ECS as Kubernetes objects"
)

// release is what is being written: from a source, into a folder, with a folder for what is not kept.
type release struct {
	source.Source
	work, output string
}

// number is the version as Helm and changelogs write it.
func (r release) number() string { return strings.TrimPrefix(r.Version, "v") }

// named is what a file for one platform is called, without an ending.
func (r release) named(what string, t target) string {
	return what + "_" + r.Version + "_" + t.String()
}

func (r release) save(name string, content []byte) error {
	return os.WriteFile(filepath.Join(r.output, name), content, 0o644)
}

// read is a file of the repository.
func (r release) read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(r.Root, name)) }

// pack writes an archive into the output and returns its bytes.
func (r release) pack(name string, write func(io.Writer, time.Time, []archive.File) error, files []archive.File) ([]byte, error) {
	var content bytes.Buffer
	if err := write(&content, r.Time, files); err != nil {
		return nil, err
	}
	return content.Bytes(), r.save(name, content.Bytes())
}

// legal are the files that go with every binary.
func (r release) legal() ([]archive.File, error) {
	var files []archive.File
	for _, name := range []string{"LICENSE", "NOTICE"} {
		content, err := r.read(name)
		if err != nil {
			return nil, err
		}
		files = append(files, archive.File{Name: name, Content: content})
	}
	return files, nil
}

func (r release) notes(context.Context) error {
	return r.save("RELEASE_NOTES.md", []byte(r.Notes+"\n"))
}
