// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package image_test

import (
	"archive/tar"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/ecsiam/ecs-iam-controller/hack/release/archive"
	"github.com/ecsiam/ecs-iam-controller/hack/release/image"
)

var platforms = []string{"amd64", "arm64"}

func sample() image.Image {
	return image.Image{
		Binaries: map[string][]byte{"amd64": []byte("for amd64"), "arm64": []byte("for arm64")},
		Files:    []archive.File{{Name: "LICENSE", Content: []byte("licence")}},
		Labels:   map[string]string{image.Version: "v0.2.0", image.Revision: "abc"},
		At:       time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC),
	}
}

// written is the index of an image in a new layout.
func written(t *testing.T) (folder string, index v1.ImageIndex) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "image")
	if err := sample().Write(folder, platforms); err != nil {
		t.Fatal(err)
	}
	root, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := root.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest.Manifests) != 1 || manifest.Manifests[0].Annotations[image.RefName] != "v0.2.0" {
		t.Fatalf("the layout names %+v", manifest.Manifests)
	}
	index, err = root.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return folder, index
}

func TestTheLayoutHoldsAValidImageOfEachPlatform(t *testing.T) {
	_, index := written(t)
	if err := validate.Index(index); err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range manifest.Manifests {
		got = append(got, one.Platform.String())
		built, err := index.Image(one.Digest)
		if err != nil {
			t.Fatal(err)
		}
		config, err := built.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Platform().String() != one.Platform.String() || config.Config.User != image.User ||
			!slices.Equal(config.Config.Entrypoint, []string{"/manager"}) || !config.Created.Equal(sample().At) ||
			config.Config.Labels[image.Version] != "v0.2.0" {
			t.Errorf("%s: got the configuration %+v", one.Platform, config)
		}
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEachPlatformHasItsOwnBinaryAndAuthoritiesThatParse(t *testing.T) {
	_, index := written(t)
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range manifest.Manifests {
		built, err := index.Image(one.Digest)
		if err != nil {
			t.Fatal(err)
		}
		files := flat(t, built)
		if got, want := files["manager"], "for "+one.Platform.Architecture; got != want {
			t.Errorf("%s: the binary is %q, want %q", one.Platform, got, want)
		}
		if files["LICENSE"] != "licence" || files["etc/passwd"] == "" {
			t.Errorf("%s lacks the licence or its user", one.Platform)
		}
		if pool := x509.NewCertPool(); !pool.AppendCertsFromPEM([]byte(files["etc/ssl/certs/ca-certificates.crt"])) {
			t.Errorf("%s has no certificate authorities", one.Platform)
		}
	}
}

func flat(t *testing.T, built v1.Image) map[string]string {
	t.Helper()
	stream := mutate.Extract(built)
	defer func() { _ = stream.Close() }()
	files := map[string]string{}
	for in := tar.NewReader(stream); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = string(content)
	}
}

func TestTwoLayoutsOfTheSameBinariesAreEqual(t *testing.T) {
	first, _ := written(t)
	second, _ := written(t)
	a, b := contents(t, first), contents(t, second)
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d and %d files", len(a), len(b))
	}
	for name, content := range a {
		if b[name] != content {
			t.Errorf("%s differs", name)
		}
	}
}

func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestAPlatformWithoutABinaryIsAnError(t *testing.T) {
	if err := sample().Write(filepath.Join(t.TempDir(), "image"), []string{"riscv64"}); err == nil {
		t.Error("got no error")
	}
}
