// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/ecsiam/ecs-iam-controller/hack/release/image"
)

const manager = "manager"

// imageArchitectures are the processors of the image, all for Linux.
var imageArchitectures = []string{"amd64", "arm64"}

// image writes the container image as an OCI layout, and the lists of the modules in it.
func (r release) image(ctx context.Context) error {
	binaries, err := r.managers(ctx)
	if err != nil {
		return err
	}
	legal, err := r.legal()
	if err != nil {
		return err
	}
	built := image.Image{Binaries: binaries, Files: legal, Labels: r.labels(), At: r.Time}
	return built.Write(filepath.Join(r.output, "image"), imageArchitectures)
}

// managers are the binaries by their processor; each has its list of modules.
func (r release) managers(ctx context.Context) (map[string][]byte, error) {
	binaries := map[string][]byte{}
	for _, architecture := range imageArchitectures {
		platform := target{"linux", architecture}
		binary, err := r.build(ctx, manager, platform)
		if err != nil {
			return nil, err
		}
		if binaries[architecture], err = os.ReadFile(binary); err != nil {
			return nil, err
		}
		if err := r.sbom(ctx, r.named(chartName, platform), platform, binary); err != nil {
			return nil, err
		}
	}
	return binaries, nil
}

// labels are those of the Image Format Specification of OCI.
func (r release) labels() map[string]string {
	return map[string]string{
		image.Version:                            r.Version,
		image.Revision:                           r.Revision,
		"org.opencontainers.image.created":       r.Time.Format(time.RFC3339),
		"org.opencontainers.image.title":         chartName,
		"org.opencontainers.image.description":   summary,
		"org.opencontainers.image.licenses":      "Apache-2.0",
		"org.opencontainers.image.source":        project,
		"org.opencontainers.image.documentation": project + "/blob/" + r.Version + "/README.md",
	}
}
