// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command docs writes the generated sections of the pages in docs/ from the code that they describe. A section stands
// between the comments <!-- begin generated: NAME --> and <!-- end generated -->; everything else is written by hand.
// Run it from the root of the repository, as `make docs` does.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := writePages("."); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

// writePages rewrites the pages whose generated sections are stale.
func writePages(root string) error {
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		return fmt.Errorf("listing pages: %w", err)
	}
	for _, file := range files {
		old, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading a page: %w", err)
		}
		fresh, err := generated(root, string(old))
		if err != nil {
			return fmt.Errorf("generating %s: %w", file, err)
		}
		if fresh == string(old) {
			continue
		}
		if err := os.WriteFile(file, []byte(fresh), 0o644); err != nil {
			return fmt.Errorf("writing a page: %w", err)
		}
		fmt.Println("docs: wrote", file)
	}
	return nil
}
