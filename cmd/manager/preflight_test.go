// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/preflight"
)

// aws leads the SDK to a simulator by the environment, as a pod is.
func awsByEnvironment(t *testing.T) {
	t.Helper()
	sim := iamsim.New(iamsim.Options{}).Start()
	t.Cleanup(sim.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": sim.URL(), "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
		"AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent",
		"AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
	} {
		t.Setenv(name, value)
	}
}

// apiServer answers for definitions of the newest schema, but for the one that is left out.
func apiServer(t *testing.T, leftOut string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Base(r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(name, ".ecsiam.dev") && name != leftOut:
			fmt.Fprintf(w, `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":%q,`+
				`"annotations":{"ecsiam.dev/schema-version":"1"}}}`, name)
		case name == "v1":
			fmt.Fprint(w, `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apiextensions.k8s.io/v1","resources":[`+
				`{"name":"customresourcedefinitions","singularName":"","namespaced":false,"kind":"CustomResourceDefinition","verbs":["get"]}]}`)
		case name == "apis":
			fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apiextensions.k8s.io","versions":[`+
				`{"groupVersion":"apiextensions.k8s.io/v1","version":"v1"}]}]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`)
		}
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	content := "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n" +
		"clusters: [{name: c, cluster: {server: " + server.URL + "}}]\nusers: [{name: u}]\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
}

func TestPreflightPrintsALineForEachCheckAndSucceedsWhereTheControllerCanStart(t *testing.T) {
	awsByEnvironment(t)
	apiServer(t, "")
	// The operator of the simulator is no entity of its account, so its policies cannot be simulated.
	var out bytes.Buffer
	if err := runPreflight(t.Context(), []string{"--cluster-id=production"}, &out); err != nil {
		t.Errorf("got error %v and\n%s", err, out.String())
	}
	for _, want := range []string{
		"ok       region", "warning  credentials", "access keys in the environment", "ok       caller", "user operator of account …3333",
		"ok       statement ReadRoles", "ok       crd ecsroles.ecsiam.dev",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line says %q:\n%s", want, out.String())
		}
	}
}

func TestPreflightSaysAllProblemsAtOnceAndFails(t *testing.T) {
	awsByEnvironment(t)
	apiServer(t, "ecspolicies.ecsiam.dev")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	var out bytes.Buffer
	err := runPreflight(t.Context(), []string{"-o", "json"}, &out)
	if err == nil || !strings.Contains(err.Error(), "2 of 7 checks failed") {
		t.Errorf("got error %v", err)
	}
	var report preflight.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil || report.OK || report.Failures() != 2 {
		t.Errorf("got %+v and error %v", report, err)
	}
	for _, check := range report.Checks {
		if check.Status == preflight.Failed && check.Next == "" {
			t.Errorf("%s fails without a next step", check.Name)
		}
	}
}

func TestFlagsOfPreflightAreRefusedTogether(t *testing.T) {
	for line, want := range map[string][]string{
		"--output=yaml --path=ecs":        {"--output=yaml", "--path=ecs must begin and end with a slash"},
		"--cluster-id=a/b extra":          {"--cluster-id=a/b", `not "extra"`},
		"--external-id=x":                 {"--external-id needs --assume-role"},
		"--assume-role=ecs --namespace=a": {"--assume-role: roleARN: not the ARN of a role"},
		"--no-such":                       {"--no-such"},
	} {
		_, err := parsePreflight(strings.Fields(line))
		for _, each := range want {
			if err == nil || !strings.Contains(err.Error(), each) {
				t.Errorf("%q: got error %v, want one that says %s", line, err, each)
			}
		}
	}
}

// TestTheImageIsBuiltFromAllThatTheManagerNeeds holds the Dockerfile and what it may see against the imports.
func TestTheImageIsBuiltFromAllThatTheManagerNeeds(t *testing.T) {
	const module = "github.com/ecsiam/ecs-iam-controller/"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	var copied []string
	for line := range strings.SplitSeq(string(dockerfile), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "COPY" {
			copied = append(copied, fields[1])
			if !strings.Contains(string(ignored), "\n!"+fields[1]+"\n") {
				t.Errorf(".dockerignore hides %s, which the Dockerfile copies", fields[1])
			}
		}
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		folder, ours := strings.CutPrefix(pkg, module)
		has := func(c string) bool { return folder == c || strings.HasPrefix(folder, c+"/") }
		if ours && !slices.ContainsFunc(copied, has) {
			t.Errorf("the Dockerfile does not copy %s", folder)
		}
	}
}
