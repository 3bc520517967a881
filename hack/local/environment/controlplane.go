// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/ecsiam/ecs-iam-controller/hack/local/guard"
)

// controlPlane is etcd and kube-apiserver, with the CRDs of this repository.
type controlPlane struct {
	envtest envtest.Environment
	logs    []*os.File
}

// startControlPlane starts the binaries of KUBEBUILDER_ASSETS and writes a kubeconfig of an administrator.
func startControlPlane(ctx context.Context, root string, f files) (*controlPlane, error) {
	assets := os.Getenv("KUBEBUILDER_ASSETS")
	if assets == "" {
		return nil, errors.New("KUBEBUILDER_ASSETS is not set: use `make run` or `make demo`, " +
			"or set it to what hack/envtest.sh prints")
	}
	p := &controlPlane{envtest: envtest.Environment{
		CRDDirectoryPaths:        []string{filepath.Join(root, "config", "crd", "bases")},
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: time.Minute,
		ControlPlaneStopTimeout:  20 * time.Second,
	}}
	if err := p.configure(assets, f.state); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	// Start takes no context; an interrupt waits for it, so that what it started is stopped.
	if _, err := p.envtest.Start(); err != nil {
		logs := fmt.Sprintf("the end of kube-apiserver's log:\n%s\nand of etcd's:\n%s",
			tail(p.logs[0].Name(), 8), tail(p.logs[1].Name(), 4))
		return nil, errors.Join(fmt.Errorf("starting the binaries in %s: %w; %s", assets, err, logs), p.stop())
	}
	if err := os.WriteFile(f.kubeconfig, p.envtest.KubeConfig, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the kubeconfig: %w", err), p.stop())
	}
	if err := ctx.Err(); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// configure puts both programs under guards, with logs and data in the given folder.
func (p *controlPlane) configure(assets, state string) error {
	api := p.envtest.ControlPlane.GetAPIServer()
	p.envtest.ControlPlane.Etcd = &envtest.Etcd{}
	etcd := p.envtest.ControlPlane.Etcd
	api.CertDir, etcd.DataDir = filepath.Join(state, "certificates"), filepath.Join(state, "data")
	for _, dir := range []string{api.CertDir, etcd.DataDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("making a folder for the control plane: %w", err)
		}
	}
	api.Path, etcd.Path = filepath.Join(state, "kube-apiserver"), filepath.Join(state, "etcd")
	for _, path := range []string{api.Path, etcd.Path} {
		if err := guard.WriteScript(path, filepath.Join(assets, filepath.Base(path))); err != nil {
			return err
		}
		log, err := os.Create(path + ".log")
		if err != nil {
			return fmt.Errorf("opening a log of the control plane: %w", err)
		}
		p.logs = append(p.logs, log)
	}
	api.Out, api.Err = p.logs[0], p.logs[0]
	etcd.Out, etcd.Err = p.logs[1], p.logs[1]
	return nil
}

func (p *controlPlane) config() *rest.Config {
	config := rest.CopyConfig(p.envtest.Config)
	config.WarningHandler = rest.NoWarnings{}
	return config
}

func (p *controlPlane) stop() error {
	err := p.envtest.Stop()
	for _, log := range p.logs {
		_ = log.Close()
	}
	if err != nil {
		return fmt.Errorf("stopping the control plane: %w", err)
	}
	return nil
}
