// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"time"

	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
)

// startKustomizeController runs Flux's program with the flags of its Deployment, but for those of a cluster: there is
// no leader to elect and nobody asks for metrics and health. Dependencies are looked at again soon.
func (c *cluster) startKustomizeController(flags ...string) {
	c.Helper()
	flags = append(flags, "--watch-all-namespaces", "--log-level=info", "--log-encoding=json", "--no-remote-bases",
		"--metrics-addr=0", "--health-addr=0", "--requeue-dependency=1s")
	c.run(asset(c.T, "kustomize-controller"),
		append(os.Environ(), "KUBECONFIG="+c.kubeconfig, "RUNTIME_NAMESPACE="+system), flags...)
}

// startManager runs the controller as make run does.
func (c *cluster) startManager() {
	c.Helper()
	c.run(asset(c.T, "manager"), environment.ManagerVariables(os.Environ(), c.kubeconfig, c.sim.URL()),
		"--cluster-id=local", "--leader-elect=false", "--metrics-bind-address=0", "--health-probe-bind-address=0")
}

// plugin runs kubectl ecsiam.
func (c *cluster) plugin(args ...string) {
	c.Helper()
	command := exec.CommandContext(c.Context(), asset(c.T, "kubectl-ecsiam"), args...)
	command.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig)
	if output, err := command.CombinedOutput(); err != nil {
		c.Fatalf("kubectl ecsiam %q: %v\n%s", args, err, output)
	}
}

// run starts a program, which ends with the test. Its log is shown when the test fails.
func (c *cluster) run(binary string, variables []string, args ...string) {
	c.Helper()
	program := exec.CommandContext(c.Context(), binary, args...)
	program.Env = variables
	output := &bytes.Buffer{}
	program.Stdout, program.Stderr = output, output
	program.Cancel = func() error { return program.Process.Signal(os.Interrupt) }
	program.WaitDelay = 10 * time.Second
	c.must(program.Start())
	c.Cleanup(func() {
		var ended *exec.ExitError
		if err := program.Wait(); err != nil && !errors.As(err, &ended) && !errors.Is(err, context.Canceled) {
			c.Errorf("ending %s: %v", binary, err)
		}
		if c.Failed() {
			c.Logf("the log of %s:\n%s", binary, output)
		}
	})
}
