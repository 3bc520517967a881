// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import "sigs.k8s.io/yaml"

// krewPlugin is a manifest of krew's index, krew.googlecontainertools.github.com/v1alpha2, as far as it is used here.
type krewPlugin struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Metadata   krewMetadata `json:"metadata"`
	Spec       krewSpec     `json:"spec"`
}

type krewMetadata struct {
	Name string `json:"name"`
}

type krewSpec struct {
	Version          string         `json:"version"`
	Homepage         string         `json:"homepage"`
	ShortDescription string         `json:"shortDescription"`
	Description      string         `json:"description"`
	Caveats          string         `json:"caveats"`
	Platforms        []krewPlatform `json:"platforms"`
}

type krewPlatform struct {
	Selector krewSelector    `json:"selector"`
	URI      string          `json:"uri"`
	SHA256   string          `json:"sha256"`
	Bin      string          `json:"bin"`
	Files    []krewOperation `json:"files"`
}

type krewSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

type krewOperation struct {
	From string `json:"from"`
	To   string `json:"to"`
}

const krewCaveats = `For completion, put the script kubectl_complete-ecsiam of the archive into a folder of your PATH.
`

const krewDescription = `Renders what an ECSRole or ECSPolicy becomes in AWS, checks manifests before they are applied, shows
the plan of changes, explains a role's state, and helps to take over roles that exist.
`

// krewManifest names the archives as they are called on the page of the release.
func krewManifest(version string, archives []packed) ([]byte, error) {
	manifest := krewPlugin{
		APIVersion: "krew.googlecontainertools.github.com/v1alpha2", Kind: "Plugin", Metadata: krewMetadata{"ecsiam"},
		Spec: krewSpec{
			Version: version, Homepage: project, ShortDescription: "Render, check and plan the IAM roles of Amazon ECS",
			Description: krewDescription, Caveats: krewCaveats,
		},
	}
	for _, one := range archives {
		manifest.Spec.Platforms = append(manifest.Spec.Platforms, krewPlatform{
			Selector: krewSelector{map[string]string{"os": one.target.os, "arch": one.target.arch}},
			URI:      project + "/releases/download/" + version + "/" + one.name,
			SHA256:   one.sha256,
			Bin:      one.target.executable(plugin),
			Files: []krewOperation{
				{one.target.executable(plugin), "."}, {completion, "."}, {"LICENSE", "."}, {"NOTICE", "."},
			},
		})
	}
	return yaml.Marshal(manifest)
}
