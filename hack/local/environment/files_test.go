// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// clone is a folder that looks like the root of the repository.
func clone(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "config", "samples"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestACommandRunsOnceInAClone(t *testing.T) {
	root := clone(t)
	f, err := filesOf(root, "run")
	if err != nil {
		t.Fatal(err)
	}
	release, err := f.acquire()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.acquire(); err == nil || !strings.Contains(err.Error(), "stop it first") {
		t.Errorf("a second run: got error %v", err)
	}
	demo, err := filesOf(root, "demo")
	if err != nil {
		t.Fatal(err)
	}
	releaseDemo, err := demo.acquire()
	if err != nil {
		t.Fatalf("a demo beside it: %v", err)
	}
	releaseDemo()
	release()
	release, err = f.acquire()
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	release()
}

func TestWhatAKilledRunLeftIsRemoved(t *testing.T) {
	f, err := filesOf(clone(t), "run")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.env, []byte("export AWS_ENDPOINT_URL=nobody"), 0o600); err != nil {
		t.Fatal(err)
	}
	release, err := f.acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if _, err := os.Stat(f.env); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", f.env, err)
	}
}

func TestOutsideTheRepositoryTheErrorSaysWhereToRun(t *testing.T) {
	if _, err := filesOf(t.TempDir(), "run"); err == nil || !strings.Contains(err.Error(), "root of the repository") {
		t.Errorf("got %v", err)
	}
}

func TestTheEndOfALogIsShown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if got := tail(path, 2); got != "    (empty)" {
		t.Errorf("without a file: got %q", got)
	}
	if err := os.WriteFile(path, []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := tail(path, 2), "    two\n    three"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheControllerGetsNoWayToARealAccount(t *testing.T) {
	got := ManagerVariables([]string{
		"PATH=/bin", "AWS_PROFILE=production", "AWS_SESSION_TOKEN=real", "AWS_ENDPOINT_URL=https://aws", "AWS_REGION=us-east-1",
		"AWS_WEB_IDENTITY_TOKEN_FILE=/token", "KUBECONFIG=/home/me/.kube/config",
	}, "/bin/local.kubeconfig", "http://127.0.0.1:1")
	want := []string{
		"PATH=/bin", "KUBECONFIG=/bin/local.kubeconfig",
		"AWS_ENDPOINT_URL_IAM=http://127.0.0.1:1", "AWS_ENDPOINT_URL_STS=http://127.0.0.1:1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=simulated", "AWS_REGION=eu-west-1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestAShellTakesTheEnvironmentFileAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "local.env")
	const bin = "/home/o'neill/my code/bin"
	f := files{kubeconfig: bin + "/local.kubeconfig", manager: bin + "/manager"}
	content := shellEnvironment(f, "http://127.0.0.1:1", "http://127.0.0.1:2/metrics")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-c", `. "$0" && env`, path)
	shell.Env = append(os.Environ(), "AWS_PROFILE=production", "AWS_SESSION_TOKEN=real")
	output, err := shell.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(output), "\n")
	for _, want := range []string{
		"KUBECONFIG=" + f.kubeconfig, "PATH=" + bin + ":" + os.Getenv("PATH"),
		"ECSIAM_METRICS=http://127.0.0.1:2/metrics", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_ACCESS_KEY_ID=operator",
		"AWS_SECRET_ACCESS_KEY=simulated", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWS_PAGER=",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("%s is not set", want)
		}
	}
	if strings.Contains(string(output), "production") || strings.Contains(string(output), "=real") {
		t.Error("a profile or session of the user's is still set")
	}
}

func TestTheEndpointOfARunningEnvironmentIsFound(t *testing.T) {
	root := clone(t)
	if _, err := Endpoint(root); err == nil || !strings.Contains(err.Error(), "start `make run`") {
		t.Errorf("before it runs: got error %v", err)
	}
	f, err := filesOf(root, runCommand)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.env, []byte(shellEnvironment(f, "http://127.0.0.1:1", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Endpoint(root); err != nil || got != "http://127.0.0.1:1" {
		t.Errorf("got %q and error %v", got, err)
	}
}
