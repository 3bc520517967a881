// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controlplane starts a real API server with the CRDs of this repository, for tests that meet the API as users
// do.
package controlplane

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// Start starts etcd and kube-apiserver and installs the CRDs of the repository whose root is given. The binaries are
// those of KUBEBUILDER_ASSETS; without it hack/envtest.sh provides them, which takes minutes the first time on a
// machine. The caller calls stop when done.
func Start(ctx context.Context, root string) (config *rest.Config, stop func() error, err error) {
	assets, err := binaries(ctx, root)
	if err != nil {
		return nil, nil, fmt.Errorf("finding kube-apiserver and etcd: %w", err)
	}
	if err := tradeMemoryForTime(); err != nil {
		return nil, nil, err
	}
	environment := &envtest.Environment{
		BinaryAssetsDirectory: assets,
		CRDDirectoryPaths:     []string{filepath.Join(root, "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
		// On a machine that is busy with other tests kube-apiserver takes longer than the 20 seconds of the default.
		ControlPlaneStartTimeout: 2 * time.Minute,
		ControlPlaneStopTimeout:  2 * time.Minute,
	}
	config, err = environment.Start()
	if err != nil {
		return nil, nil, fmt.Errorf("starting the control plane with the binaries in %s: %w", assets, err)
	}
	return config, environment.Stop, nil
}

// tradeMemoryForTime lets kube-apiserver and etcd, which inherit the environment, collect their garbage less often than
// by default: that took a quarter of the processor time of kube-apiserver. This process has read the variable already.
func tradeMemoryForTime() error {
	if _, set := os.LookupEnv("GOGC"); set {
		return nil
	}
	return os.Setenv("GOGC", "300")
}

func binaries(ctx context.Context, root string) (string, error) {
	if assets := os.Getenv("KUBEBUILDER_ASSETS"); assets != "" {
		return assets, nil
	}
	command := exec.CommandContext(ctx, filepath.Join(root, "hack", "envtest.sh"))
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("running hack/envtest.sh (or set KUBEBUILDER_ASSETS yourself): %w", err)
	}
	return strings.TrimSpace(string(output)), nil
}
