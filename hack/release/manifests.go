// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// manifests writes what config/ builds. The cluster id stays empty: the controller does not start until it is set.
func (r release) manifests(context.Context) error {
	folders, err := copyOf(filepath.Join(r.Root, "config"))
	if err != nil {
		return err
	}
	overlay := fmt.Sprintf("resources: [../config/default]\nimages:\n- {name: %s, newTag: %s}\n", repository, r.Version)
	if err := folders.WriteFile("/release/kustomization.yaml", []byte(overlay)); err != nil {
		return err
	}
	for name, folder := range map[string]string{"install.yaml": "/release", "crds.yaml": "/config/crd"} {
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(folders, folder)
		if err != nil {
			return fmt.Errorf("building %s: %w", name, err)
		}
		content, err := built.AsYaml()
		if err != nil {
			return err
		}
		if err := r.save(name, content); err != nil {
			return err
		}
	}
	return nil
}

// copyOf is config/ in memory, so that an overlay beside it leaves no file in the repository.
func copyOf(config string) (filesys.FileSystem, error) {
	folders := filesys.MakeFsInMemory()
	err := filepath.WalkDir(config, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(config, path)
		if err != nil {
			return err
		}
		return folders.WriteFile("/config/"+filepath.ToSlash(name), content)
	})
	return folders, err
}
