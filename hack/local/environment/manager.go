// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ecsiam/ecs-iam-controller/hack/local/guard"
)

// manager is the controller as a process, started as in a cluster: by its flags and its environment.
type manager struct {
	process *exec.Cmd
	log     string
	metrics string        // their address
	ended   chan struct{} // closed when the process has ended
}

// buildPrograms compiles the controller and kubectl's plugin.
func buildPrograms(ctx context.Context, root, folder string) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", folder+string(filepath.Separator), "./cmd/...")
	build.Dir = root
	if message, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building cmd: %w\n%s", err, message)
	}
	return nil
}

// startManager starts the controller and returns when it is ready. When it ends before stop, died is called.
func startManager(ctx context.Context, f files, endpoint string, died func(error)) (*manager, error) {
	probe, err := freeAddress()
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(f.managerLog)
	if err != nil {
		return nil, fmt.Errorf("opening the log of the controller: %w", err)
	}
	defer func() { _ = log.Close() }() // the process has a handle of its own
	line, err := guard.CommandLine(f.manager, "--cluster-id="+clusterID, "--leader-elect=false",
		"--metrics-bind-address="+metrics, "--metrics-secure=false", "--health-probe-bind-address="+probe)
	if err != nil {
		return nil, err
	}
	m := &manager{
		process: exec.Command(line[0], line[1:]...), log: f.managerLog, metrics: "http://" + metrics + "/metrics",
		ended: make(chan struct{}),
	}
	m.process.Stdout, m.process.Stderr = log, log
	m.process.Env = ManagerVariables(os.Environ(), f.kubeconfig, endpoint)
	// A process group of its own: Ctrl-C is for this program, which then stops all in order.
	m.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.process.Start(); err != nil {
		return nil, fmt.Errorf("starting the controller: %w", err)
	}
	go func() {
		defer close(m.ended)
		err := m.process.Wait()
		if err == nil {
			err = errors.New("exit status 0")
		}
		died(fmt.Errorf("the controller ended: %w; the end of its log %s:\n%s", err, m.log, tail(m.log, 15)))
	}()
	if err := waitForHealth(ctx, "http://"+probe+"/readyz"); err != nil {
		m.stop()
		return nil, err
	}
	return m, nil
}

// ManagerVariables are the environment of the controller: the surroundings with AWS's variables replaced by those of
// the simulator, because nothing of a profile, a file or a metadata service may lead to a real account.
func ManagerVariables(surroundings []string, kubeconfig, endpoint string) []string {
	return environmentFor(surroundings, kubeconfig, endpoint, ControllerKey)
}

// environmentFor is managerEnvironment for whoever has the access key.
func environmentFor(surroundings []string, kubeconfig, endpoint, accessKey string) []string {
	var env []string
	for _, variable := range surroundings {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "KUBECONFIG=") {
			env = append(env, variable)
		}
	}
	return append(env,
		"KUBECONFIG="+kubeconfig,
		"AWS_ENDPOINT_URL_IAM="+endpoint,
		"AWS_ENDPOINT_URL_STS="+endpoint,
		"AWS_ACCESS_KEY_ID="+accessKey,
		"AWS_SECRET_ACCESS_KEY="+secretKey,
		"AWS_REGION="+region,
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
	)
}

// stop ends the process as Kubernetes does: politely, and after 30 seconds by force.
func (m *manager) stop() {
	group := -m.process.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-m.ended:
	case <-time.After(30 * time.Second):
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-m.ended
	}
}

// freeAddress is an address on the loopback interface that nobody listens on at the moment.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("finding a free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String(), nil
}

func waitForHealth(ctx context.Context, url string) error {
	return Poll(ctx, func() (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return false, fmt.Errorf("asking for the health of the controller: %w", err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false, nil //nolint:nilerr // it does not listen yet
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK, nil
	})
}
