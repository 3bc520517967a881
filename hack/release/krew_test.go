// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	krew "sigs.k8s.io/krew/pkg/index"
	"sigs.k8s.io/yaml"
)

func archives() []packed {
	var all []packed
	for _, t := range pluginTargets {
		all = append(all, packed{t, plugin + "_v0.2.0_" + t.String() + ".tar.gz", strings.Repeat("0", 64)})
	}
	return all
}

func manifest(t *testing.T) krew.Plugin {
	t.Helper()
	content, err := krewManifest("v0.2.0", archives())
	if err != nil {
		t.Fatal(err)
	}
	var read krew.Plugin
	if err := yaml.UnmarshalStrict(content, &read); err != nil {
		t.Fatalf("krew does not read it: %v\n%s", err, content)
	}
	return read
}

func TestKrewReadsTheManifestAndFindsEveryPlatformOnce(t *testing.T) {
	read := manifest(t)
	if read.Name != "ecsiam" || read.Spec.Version != "v0.2.0" || read.Spec.ShortDescription == "" || read.Spec.Homepage == "" {
		t.Errorf("got %+v", read)
	}
	for _, platform := range pluginTargets {
		var found []krew.Platform
		for _, one := range read.Spec.Platforms {
			selector, err := v1.LabelSelectorAsSelector(one.Selector)
			if err != nil {
				t.Fatal(err)
			}
			if selector.Matches(labels.Set{"os": platform.os, "arch": platform.arch}) {
				found = append(found, one)
			}
		}
		if len(found) != 1 || !strings.HasSuffix(found[0].URI, "/v0.2.0/"+plugin+"_v0.2.0_"+platform.String()+".tar.gz") ||
			len(found[0].Sha256) != 64 {
			t.Errorf("%s has %+v", platform, found)
		}
	}
}

func TestWhatKrewRunsIsAmongTheFilesThatItUnpacks(t *testing.T) {
	for _, platform := range manifest(t).Spec.Platforms {
		var from []string
		for _, file := range platform.Files {
			from = append(from, file.From)
		}
		if !slices.Contains(from, platform.Bin) || !slices.Contains(from, "LICENSE") || !slices.Contains(from, completion) {
			t.Errorf("%s unpacks %v", platform.Bin, from)
		}
	}
}
