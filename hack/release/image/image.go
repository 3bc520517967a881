// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package image makes the container image of several platforms as an OCI image layout, without a container engine and
// without a base: a static binary, the certificate authorities, and a user that is not root.
package image

import (
	"bytes"
	"fmt"
	"io"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/ecsiam/ecs-iam-controller/hack/release/archive"
)

// User is the one that config/manager and the chart ask for as well.
const User = "65532:65532"

// Annotations of an image, as in the Image Format Specification of OCI.
const (
	RefName  = "org.opencontainers.image.ref.name"
	Revision = "org.opencontainers.image.revision"
	Version  = "org.opencontainers.image.version"
)

// Image is an image of one or more platforms.
type Image struct {
	// Binaries by their processor: each is the manager for Linux.
	Binaries map[string][]byte
	// Files that every platform has, such as the licence.
	Files []archive.File
	// Labels of the image, which are annotations of its index, too.
	Labels map[string]string
	// At is the time of everything in it.
	At time.Time
}

// Write makes the layout in a folder that does not exist yet.
func (i Image) Write(folder string, architectures []string) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, architecture := range architectures {
		platform := v1.Platform{OS: "linux", Architecture: architecture}
		built, err := i.build(platform)
		if err != nil {
			return fmt.Errorf("the image for %s: %w", platform, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: built, Descriptor: v1.Descriptor{Platform: &platform},
		})
	}
	annotated, ok := mutate.Annotations(index, i.Labels).(v1.ImageIndex)
	if !ok {
		return fmt.Errorf("an annotated index is a %T", annotated)
	}
	root, err := layout.Write(folder, mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return err
	}
	return root.AppendIndex(annotated, layout.WithAnnotations(map[string]string{RefName: i.Labels[Version]}))
}

func (i Image) build(platform v1.Platform) (v1.Image, error) {
	binary, ok := i.Binaries[platform.Architecture]
	if !ok {
		return nil, fmt.Errorf("there is no binary for %s", platform.Architecture)
	}
	base, err := i.base()
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, files := range [][]archive.File{base, {{Name: "manager", Content: binary, Executable: true}}} {
		layer, err := i.layer(files)
		if err != nil {
			return nil, err
		}
		addendum := mutate.Addendum{
			Layer: layer, MediaType: types.OCILayer,
			History: v1.History{Created: v1.Time{Time: i.At}, CreatedBy: "make release"},
		}
		if image, err = mutate.Append(image, addendum); err != nil {
			return nil, err
		}
	}
	return mutate.ConfigFile(image, i.config(image, platform))
}

// config keeps what the layers put into the configuration.
func (i Image) config(image v1.Image, platform v1.Platform) *v1.ConfigFile {
	made, err := image.ConfigFile()
	if err != nil {
		made = &v1.ConfigFile{}
	}
	config := made.DeepCopy()
	config.OS, config.Architecture = platform.OS, platform.Architecture
	config.Created = v1.Time{Time: i.At}
	config.Config = v1.Config{
		User: User, Entrypoint: []string{"/manager"}, WorkingDir: "/", Labels: i.Labels,
		Env: []string{"PATH=/", "SSL_CERT_FILE=/" + authoritiesFile},
	}
	return config
}

func (i Image) layer(files []archive.File) (v1.Layer, error) {
	var content bytes.Buffer
	if err := archive.Tar(&content, i.At, files); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
}

// base is what a static binary needs of a system.
func (i Image) base() ([]archive.File, error) {
	authorities, err := authorities()
	if err != nil {
		return nil, err
	}
	return append([]archive.File{
		{Name: "etc/passwd", Content: []byte("root:x:0:0:root:/:/none\nnonroot:x:65532:65532:nonroot:/:/none\n")},
		{Name: "etc/group", Content: []byte("root:x:0:\nnonroot:x:65532:\n")},
		{Name: authoritiesFile, Content: authorities},
	}, i.Files...), nil
}
