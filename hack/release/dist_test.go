// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	krew "sigs.k8s.io/krew/pkg/index"
	"sigs.k8s.io/yaml"
)

// dist is the folder of a whole release, which hack/release-twice.sh has made, and its version.
func dist(t *testing.T) (folder, version string) {
	t.Helper()
	folder = os.Getenv("DIST")
	if folder == "" {
		t.Skip("DIST names no folder of a release; hack/release-twice.sh does")
	}
	charts, err := filepath.Glob(filepath.Join(folder, chartName+"-*.tgz"))
	if err != nil || len(charts) != 1 {
		t.Fatalf("the release has the charts %v, error %v", charts, err)
	}
	number := strings.TrimPrefix(filepath.Base(charts[0]), chartName+"-")
	return folder, "v" + strings.TrimSuffix(number, ".tgz")
}

func TestAReleaseHoldsItsFilesAndNoOthers(t *testing.T) {
	folder, version := dist(t)
	want := []string{
		"install.yaml", "crds.yaml", chartName + "-" + strings.TrimPrefix(version, "v") + ".tgz", "ecsiam.yaml",
		"RELEASE_NOTES.md", sumsFile,
	}
	for _, one := range pluginTargets {
		ending := ".tar.gz"
		if one.os == "windows" {
			ending = ".zip"
		}
		name := plugin + "_" + version + "_" + one.String()
		want = append(want, name+ending, name+".cdx.json")
	}
	for _, architecture := range imageArchitectures {
		want = append(want, chartName+"_"+version+"_linux_"+architecture+".cdx.json")
	}
	var got []string
	for name := range tree(t, folder) {
		if !strings.HasPrefix(name, "image"+string(filepath.Separator)) {
			got = append(got, name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

func TestTheChecksumsOfAReleaseAreThoseOfItsFiles(t *testing.T) {
	folder, _ := dist(t)
	files := tree(t, folder)
	var list strings.Builder
	var names []string
	for name := range files {
		if name != sumsFile {
			names = append(names, filepath.ToSlash(name))
		}
	}
	slices.SortFunc(names, func(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) })
	for _, name := range names {
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(files[filepath.FromSlash(name)]), name)
	}
	if got := string(files[sumsFile]); got != list.String() {
		t.Errorf("%s is\n%swant\n%s", sumsFile, got, list.String())
	}
}

func TestTheManifestForKrewNamesTheArchivesOfTheRelease(t *testing.T) {
	folder, version := dist(t)
	content, err := os.ReadFile(filepath.Join(folder, "ecsiam.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest krew.Plugin
	if err := yaml.UnmarshalStrict(content, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Spec.Version != version || len(manifest.Spec.Platforms) != len(pluginTargets) {
		t.Errorf("got version %s and %d platforms", manifest.Spec.Version, len(manifest.Spec.Platforms))
	}
	for _, platform := range manifest.Spec.Platforms {
		name := path.Base(platform.URI)
		archive, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != platform.Sha256 {
			t.Errorf("%s has another checksum than the manifest", name)
		}
		inside := namesIn(t, name, archive)
		for _, file := range platform.Files {
			if !slices.Contains(inside, file.From) {
				t.Errorf("%s holds %v and not %s", name, inside, file.From)
			}
		}
		if !slices.Contains(inside, platform.Bin) {
			t.Errorf("%s holds %v and not %s", name, inside, platform.Bin)
		}
	}
}

func namesIn(t *testing.T, name string, archive []byte) []string {
	t.Helper()
	var names []string
	if strings.HasSuffix(name, ".zip") {
		in, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range in.File {
			names = append(names, file.Name)
		}
		return names
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(unzipped); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
	}
}

// moduleList is as much of CycloneDX as is read here.
type moduleList struct {
	BOMFormat, SpecVersion string
	Metadata               struct{ Component struct{ PURL string } }
	Components             []struct{ Name, Version, PURL string }
}

func TestTheListsOfModulesNameTheVersionAndWhatIsLinked(t *testing.T) {
	folder, version := dist(t)
	lists, err := filepath.Glob(filepath.Join(folder, "*.cdx.json"))
	if err != nil || len(lists) != len(pluginTargets)+len(imageArchitectures) {
		t.Fatalf("the release has the lists %v, error %v", lists, err)
	}
	for _, file := range lists {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list moduleList
		if err := json.Unmarshal(content, &list); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		platform := strings.Split(strings.TrimSuffix(filepath.Base(file), ".cdx.json"), "_")
		want := fmt.Sprintf("pkg:golang/%s@%s?goarch=%s&goos=%s&", module, version, platform[3], platform[2])
		if list.BOMFormat != "CycloneDX" || !strings.HasPrefix(list.Metadata.Component.PURL, want) {
			t.Errorf("%s is a %s of %s, want %s", file, list.BOMFormat, list.Metadata.Component.PURL, want)
		}
		known := map[string]bool{}
		for _, component := range list.Components {
			known[component.Name] = true
			if component.Version == "" || !strings.HasPrefix(component.PURL, "pkg:golang/") {
				t.Errorf("%s: %+v", file, component)
			}
		}
		for _, name := range []string{"k8s.io/apimachinery", "github.com/aws/aws-sdk-go-v2/service/iam"} {
			if !known[name] {
				t.Errorf("%s does not list %s", file, name)
			}
		}
	}
}

func TestTheImageOfAReleaseIsValidForBothPlatforms(t *testing.T) {
	folder, version := dist(t)
	root, err := layout.ImageIndexFromPath(filepath.Join(folder, "image"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(root); err != nil {
		t.Fatal(err)
	}
	named, err := root.IndexManifest()
	if err != nil || len(named.Manifests) != 1 || named.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != version {
		t.Fatalf("the layout names %+v, error %v", named, err)
	}
	index, err := root.ImageIndex(named.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, one := range manifest.Manifests {
		platforms = append(platforms, one.Platform.String())
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(platforms, want) {
		t.Errorf("got %v, want %v", platforms, want)
	}
}
