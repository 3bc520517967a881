// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/ecsiam/ecs-iam-controller/hack/release/archive"
)

const chartName = "ecs-iam-controller"

// chart packs charts/ as Helm does, but for the times that Helm takes from the clock.
func (r release) chart(context.Context) error {
	folder := filepath.Join(r.Root, "charts", chartName)
	var files []archive.File
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && name == "Chart.yaml" {
			content, err = versioned(content, r.number(), r.Version)
		}
		files = append(files, archive.File{Name: chartName + "/" + filepath.ToSlash(name), Content: content})
		return err
	})
	if err != nil {
		return err
	}
	_, err = r.pack(chartName+"-"+r.number()+".tgz", archive.TarGz, files)
	return err
}

// versioned sets the two versions of a Chart.yaml.
func versioned(content []byte, version, appVersion string) ([]byte, error) {
	for key, value := range map[string]string{"version": version, "appVersion": appVersion} {
		line := regexp.MustCompile(`(?m)^` + key + `: .*$`)
		if len(line.FindAllIndex(content, -1)) != 1 {
			return nil, fmt.Errorf("Chart.yaml does not have the one line `%s: ...`", key)
		}
		content = line.ReplaceAllLiteral(content, []byte(key+": "+value))
	}
	return content, nil
}
