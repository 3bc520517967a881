// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command chart writes the generated parts of the Helm chart: the objects that it takes from config/, the descriptions
// in the schema of its values, and the table of the values in its README.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

const chart = "charts/ecs-iam-controller"

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	written, err := generated(root)
	if err != nil {
		return err
	}
	folder := filepath.Join(root, chart)
	if err := os.RemoveAll(filepath.Join(folder, "files")); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, written[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generated are the contents of the generated files by their names in the chart.
func generated(root string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for target, pattern := range map[string]string{
		"files/crds": "config/crd/bases/*.yaml", "files/rbac": "config/rbac/*role*.yaml",
		"files/webhook": "config/webhook/*.yaml", "files/finalizer-guard": "config/finalizer-guard/*.yaml",
		"files/prometheus": "config/prometheus/rules.yaml",
	} {
		if err := copyInto(files, target, filepath.Join(root, pattern)); err != nil {
			return nil, err
		}
	}
	values, err := readValues(filepath.Join(root, chart, "values.yaml"))
	if err != nil {
		return nil, err
	}
	for name, render := range map[string]func(string, []value) ([]byte, error){
		"values.schema.json": describeSchema, "README.md": renderReadme,
	} {
		if files[name], err = render(filepath.Join(root, chart, name), values); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// copyInto reads what matches the pattern.
func copyInto(files map[string][]byte, target, pattern string) error {
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		return fmt.Errorf("found nothing as %s: %w", pattern, err)
	}
	for _, file := range found {
		if filepath.Base(file) == "kustomization.yaml" {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		files[target+"/"+filepath.Base(file)] = content
	}
	return nil
}
