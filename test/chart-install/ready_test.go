// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// There is no kubelet, so the test runs the container itself: the manager with the arguments of the Deployment, as the
// service account that the chart made. What the chart does not permit, it cannot do.
func TestFromHelmInstallToTheFirstReadyRole(t *testing.T) {
	c := start(t)
	manager, simulator := c.build("./cmd/manager"), c.build("./hack/iamsim")
	aws := c.startSimulator(simulator)
	packed := c.current()

	began := time.Now()
	c.must(c.install(name, system, packed, valid))
	installed := time.Since(began)
	c.startManager(manager, aws, system, name)
	c.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: payments}}`)
	c.apply(`{apiVersion: ecsiam.dev/v1alpha1, kind: AWSAccount, metadata: {name: default},
		spec: {accountID: "111122223333", region: eu-west-1, allowedNamespaces: {from: Names, names: [payments]}}}`)
	c.apply(`{apiVersion: ecsiam.dev/v1alpha1, kind: ECSRole, metadata: {name: checkout, namespace: payments},
		spec: {type: Task}}`)
	c.eventually("the role becoming Ready", func(context.Context) error {
		return ready(c.mustGet("ecsiam.dev/v1alpha1", "ECSRole", "payments", "checkout"))
	})
	fmt.Printf("install: from helm install to the first Ready role: %.1f s, %.1f s of them Helm's\n",
		time.Since(began).Seconds(), installed.Seconds())

	if _, err := c.get("coordination.k8s.io/v1", "Lease", system, "controller.ecsiam.dev"); err != nil {
		t.Errorf("the manager holds no lease: %v", err)
	}
}

func TestOfTwoReleasesOfOneNameInTwoNamespacesOneWorksAndTheOtherNamesIt(t *testing.T) {
	c := start(t)
	manager, simulator := c.build("./cmd/manager"), c.build("./hack/iamsim")
	aws := c.startSimulator(simulator)
	packed := c.current()
	c.must(c.install(name, system, packed, valid))
	c.must(c.install("second", "another", packed, valid))
	first := c.startManager(manager, aws, system, name)
	c.eventually("the first one becoming ready and holding its lease", func(context.Context) error {
		return errors.Join(c.probe(first, ""), c.holds(system))
	})
	second := c.startManager(manager, aws, "another", "second-"+name)
	c.eventually("the second one saying for whom it waits", func(context.Context) error {
		return c.probe(second, "at work in namespace "+system)
	})
	if err := c.holds("another"); err == nil {
		t.Error("both hold their lease")
	}
	c.must(c.probe(first, ""))
}

// probe asks whether a manager is ready, or not ready for a reason.
func (c *cluster) probe(address, reason string) error {
	request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "http://"+address+"/readyz/installation", http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if ready := response.StatusCode == http.StatusOK; ready != (reason == "") || !strings.Contains(string(body), reason) {
		return fmt.Errorf("/readyz/installation answers %s: %s", response.Status, body)
	}
	return nil
}

// holds is nil when the lease in a namespace is held.
func (c *cluster) holds(namespace string) error {
	lease, err := c.get("coordination.k8s.io/v1", "Lease", namespace, "controller.ecsiam.dev")
	if err != nil {
		return err
	}
	if holder, _, _ := unstructured.NestedString(lease.Object, "spec", "holderIdentity"); holder == "" {
		return errors.New("nobody holds the lease in " + namespace)
	}
	return nil
}

// ready is the error that says what a role waits for.
func ready(role *unstructured.Unstructured) error {
	conditions, _, err := unstructured.NestedSlice(role.Object, "status", "conditions")
	if err != nil {
		return err
	}
	for _, condition := range conditions {
		condition, _ := condition.(map[string]any)
		if condition["type"] == "Ready" && condition["status"] == "True" {
			return nil
		}
	}
	return fmt.Errorf("the conditions are %v", conditions)
}

// build compiles a command of the repository.
func (c *cluster) build(command string) string {
	c.Helper()
	binary := filepath.Join(c.TempDir(), filepath.Base(command))
	build := exec.CommandContext(c.Context(), "go", "build", "-o", binary, command)
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		c.Fatalf("building %s: %v\n%s", command, err, output)
	}
	return binary
}

// startSimulator returns the environment of its users, which it prints.
func (c *cluster) startSimulator(binary string) []string {
	c.Helper()
	simulator := exec.CommandContext(c.Context(), binary, "--listen=127.0.0.1:0")
	output, err := simulator.StdoutPipe()
	c.must(err)
	c.run(simulator)
	var environment []string
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if variable, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			environment = append(environment, variable)
		}
		if strings.HasPrefix(lines.Text(), "# then") {
			return environment
		}
	}
	c.Fatal("the simulator ended before it served")
	return nil
}

// startManager runs what the release in a namespace would, and returns the address of its probes.
func (c *cluster) startManager(binary string, aws []string, namespace, name string) string {
	c.Helper()
	var args []string
	declared, _ := c.container(namespace, name)["args"].([]any)
	for _, arg := range declared {
		arg, _ := arg.(string)
		if !strings.Contains(arg, "-bind-address=") {
			args = append(args, arg)
		}
	}
	probes := c.freeAddress()
	args = append(args, "--metrics-bind-address=0", "--health-probe-bind-address="+probes,
		"--leader-election-namespace="+namespace)
	manager := exec.CommandContext(c.Context(), binary, args...)
	manager.Env = append(append(os.Environ(), aws...), "KUBECONFIG="+c.kubeconfigOf(namespace, name))
	log := &strings.Builder{}
	manager.Stdout, manager.Stderr = log, log
	c.run(manager)
	c.Cleanup(func() {
		if c.Failed() {
			c.Logf("the log of the manager in %s:\n%s", namespace, log)
		}
	})
	return probes
}

func (c *cluster) freeAddress() string {
	c.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	c.must(listener.Close())
	return listener.Addr().String()
}

// run starts a program, which ends with the test.
func (c *cluster) run(program *exec.Cmd) {
	c.Helper()
	program.Cancel = func() error { return program.Process.Signal(os.Interrupt) }
	program.WaitDelay = 10 * time.Second
	c.must(program.Start())
	c.Cleanup(func() {
		var ended *exec.ExitError
		if err := program.Wait(); err != nil && !errors.As(err, &ended) && !errors.Is(err, context.Canceled) {
			c.Errorf("ending %s: %v", program.Path, err)
		}
	})
}

// kubeconfigOf is a file with which a program is a service account.
func (c *cluster) kubeconfigOf(namespace, account string) string {
	c.Helper()
	token, err := c.clientset.CoreV1().ServiceAccounts(namespace).CreateToken(c.Context(), account,
		&authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	c.must(err)
	file := filepath.Join(c.TempDir(), "kubeconfig")
	c.must(clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{
			"c": {Server: c.config.Host, CertificateAuthorityData: c.config.CAData},
		},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"a": {Token: token.Status.Token}},
		Contexts:       map[string]*clientcmdapi.Context{"x": {Cluster: "c", AuthInfo: "a"}},
		CurrentContext: "x",
	}, file))
	return file
}
