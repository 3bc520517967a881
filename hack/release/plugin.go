// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"

	"github.com/ecsiam/ecs-iam-controller/hack/release/archive"
)

const (
	plugin     = "kubectl-ecsiam"
	completion = "kubectl_complete-ecsiam"
)

// pluginTargets are the platforms of the kubectl plugin.
var pluginTargets = []target{
	{"darwin", "amd64"}, {"darwin", "arm64"}, {"linux", "amd64"}, {"linux", "arm64"}, {"windows", "amd64"},
}

// packed is an archive of the plugin.
type packed struct {
	target target
	name   string
	sha256 string
}

// plugin writes an archive and a list of modules for each platform, and the manifest for krew that names the archives.
func (r release) plugin(ctx context.Context) error {
	shared, err := r.besideThePlugin()
	if err != nil {
		return err
	}
	var archives []packed
	for _, t := range pluginTargets {
		binary, err := r.build(ctx, plugin, t)
		if err != nil {
			return err
		}
		one, err := r.packPlugin(t, binary, shared)
		if err := errors.Join(err, r.sbom(ctx, r.named(plugin, t), t, binary)); err != nil {
			return err
		}
		archives = append(archives, one)
	}
	manifest, err := krewManifest(r.Version, archives)
	if err != nil {
		return err
	}
	return r.save("ecsiam.yaml", manifest)
}

func (r release) packPlugin(t target, binary string, shared []archive.File) (packed, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return packed{}, err
	}
	files := append([]archive.File{{Name: t.executable(plugin), Content: content, Executable: true}}, shared...)
	name, write := r.named(plugin, t)+".tar.gz", archive.TarGz
	if t.os == "windows" {
		name, write = r.named(plugin, t)+".zip", archive.Zip
	}
	written, err := r.pack(name, write, files)
	sum := sha256.Sum256(written)
	return packed{t, name, hex.EncodeToString(sum[:])}, err
}

// besideThePlugin is what kubectl asks for completions, and the licence.
func (r release) besideThePlugin() ([]archive.File, error) {
	script, err := r.read("cmd/" + plugin + "/" + completion)
	if err != nil {
		return nil, err
	}
	legal, err := r.legal()
	return append(legal, archive.File{Name: completion, Content: script, Executable: true}), err
}
