// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command release writes the files of a release into a folder: manifests, chart, archives of the kubectl plugin, image,
// lists of the modules in them, and checksums. The same commit and the same Go give the same bytes: every time is that
// of the commit, and nothing of the machine gets in. docs/releasing.md says what each file is.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/ecsiam/ecs-iam-controller/hack/release/source"
)

func main() {
	root := flag.String("root", ".", "folder of the repository")
	version := flag.String("version", "", "version of the release, such as v0.2.0")
	output := flag.String("output", "dist", "folder that is replaced by the files of the release")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *root, *version, *output)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run replaces the folder only when everything has been written.
func run(ctx context.Context, root, version, output string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	from, err := source.Read(ctx, root, version)
	if err != nil {
		return err
	}
	if !from.Tagged {
		say("%s is not tagged here: this is a rehearsal", version)
	}
	work, err := os.MkdirTemp("", "release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	unfinished := output + ".unfinished"
	if err := empty(unfinished); err != nil {
		return err
	}
	if err := write(ctx, release{Source: from, work: work, output: unfinished}); err != nil {
		return err
	}
	if err := os.RemoveAll(output); err != nil {
		return err
	}
	return os.Rename(unfinished, output)
}

func empty(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.MkdirAll(folder, 0o755)
}

func write(ctx context.Context, r release) error {
	for _, step := range []struct {
		what  string
		write func(context.Context) error
	}{
		{"manifests", r.manifests}, {"chart", r.chart}, {"kubectl plugin", r.plugin}, {"image", r.image},
		{"release notes", r.notes}, {"checksums", r.checksums},
	} {
		say("%s", step.what)
		if err := step.write(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "release: "+format+"\n", args...) }
