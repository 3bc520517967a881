// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command crds completes the CustomResourceDefinitions that controller-gen writes: it adds the version of
// the schema, and the tombstones of api/nearmiss, which the Go types do not have.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crds:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: crds FOLDER, such as config/crd/bases")
	}
	files, err := filepath.Glob(filepath.Join(arguments[0], "*.yaml"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s has no definitions", arguments[0])
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		completed, err := complete(content)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if bytes.Equal(content, completed) {
			continue
		}
		if err := os.WriteFile(file, completed, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// complete returns the definition as it is shipped, in the format of controller-gen.
func complete(content []byte) ([]byte, error) {
	var definition map[string]any
	if err := yaml.UnmarshalStrict(content, &definition); err != nil {
		return nil, err
	}
	version := strconv.Itoa(v1alpha1.SchemaVersion)
	err := unstructured.SetNestedField(definition, version, "metadata", "annotations", v1alpha1.AnnotationSchemaVersion)
	if err != nil {
		return nil, err
	}
	if err := bury(definition); err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(definition)
	return append([]byte("---\n"), text...), err
}
