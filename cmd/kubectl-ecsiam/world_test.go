// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/internal/golden"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// checkOutput compares exit code and both outputs with a golden file.
func checkOutput(t *testing.T, name string, code int, stdout, stderr string) {
	t.Helper()
	got := fmt.Sprintf("exit code %d\n--- standard output\n%s--- standard error\n%s", code, stdout, stderr)
	golden.Check(t, filepath.Join("testdata", name+".golden"), got, "the output changed")
}

// plurals are the resources of a cluster, by kind.
var plurals = map[string]string{
	"AWSAccount": "awsaccounts", "ECSRole": "ecsroles", "ECSPolicy": "ecspolicies",
	"ECSServiceLinkedRole": "ecsservicelinkedroles", "ECSChangeApproval": "ecschangeapprovals",
}

// testCluster is an API server that has the objects of a file.
type testCluster struct {
	objects   []map[string]any
	forbidden []string // plurals
	writes    []string // method, path and body
	writers   []string // the field manager of each
	onRead    func(object map[string]any)
}

// newTestCluster serves the objects of testdata/plan/cluster.yaml, but for those of forbidden resources, and points the
// command line's kubeconfig at itself.
func newTestCluster(t *testing.T, forbidden ...string) *testCluster {
	t.Helper()
	c := &testCluster{forbidden: forbidden}
	text, err := os.ReadFile("testdata/plan/cluster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(text), "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(part), &object); err != nil {
			t.Fatal(err)
		}
		c.objects = append(c.objects, object)
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	config := filepath.Join(t.TempDir(), "config")
	content := "apiVersion: v1\nkind: Config\ncurrent-context: x\nclusters: [{name: x, cluster: {server: \"" + server.URL +
		"\"}}]\ncontexts: [{name: x, context: {cluster: x, namespace: shop}}]\n"
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", config)
	return c
}

func (c *testCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	steps := strings.Split(strings.TrimPrefix(r.URL.Path, "/apis/ecsiam.dev/v1alpha1/"), "/")
	namespace := ""
	if len(steps) > 2 && steps[0] == "namespaces" {
		namespace, steps = steps[1], steps[2:]
	}
	if r.Method != http.MethodGet {
		body, _ := io.ReadAll(r.Body)
		c.writes = append(c.writes, r.Method+" "+r.URL.Path+" "+string(body))
		c.writers = append(c.writers, r.URL.Query().Get("fieldManager"))
	}
	switch {
	case slices.Contains(c.forbidden, steps[0]) || r.URL.Path[:5] != "/apis":
		refuse(w, http.StatusForbidden, "Forbidden", steps[0]+` is forbidden: User "mallory" cannot list it`)
	case len(steps) == 1:
		c.list(w, steps[0], namespace)
	default:
		c.get(w, steps[0], namespace, steps[1])
	}
}

// answer writes an answer. Whoever does not read it fails by himself.
func answer(w io.Writer, value any) {
	text, err := json.Marshal(value)
	if err == nil {
		_, _ = w.Write(text)
	}
}

func refuse(w http.ResponseWriter, code int, reason, message string) {
	w.WriteHeader(code)
	answer(w, map[string]any{
		"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": reason, "code": code, "message": message,
	})
}

func (c *testCluster) list(w http.ResponseWriter, plural, namespace string) {
	items, kind := []map[string]any{}, ""
	for k, p := range plurals {
		if p == plural {
			kind = k
		}
	}
	for _, object := range c.objects {
		meta, _ := object["metadata"].(map[string]any)
		if object["kind"] == kind && (namespace == "" || meta["namespace"] == namespace) {
			items = append(items, object)
		}
	}
	answer(w, map[string]any{
		"apiVersion": "ecsiam.dev/v1alpha1", "kind": kind + "List", "items": items,
	})
}

func (c *testCluster) get(w http.ResponseWriter, plural, namespace, name string) {
	for _, object := range c.objects {
		meta, _ := object["metadata"].(map[string]any)
		kind, _ := object["kind"].(string)
		in, _ := meta["namespace"].(string)
		if plurals[kind] == plural && meta["name"] == name && in == namespace {
			if c.onRead != nil {
				c.onRead(object)
			}
			answer(w, object)
			return
		}
	}
	refuse(w, http.StatusNotFound, "NotFound", plural+" "+name+" not found")
}

// newTestAccount is an AWS account that the command line's environment reaches.
func newTestAccount(t *testing.T) *iamsim.Sim {
	t.Helper()
	sim := iamsim.New(iamsim.Options{AccountID: "111122223333"}).Start()
	t.Cleanup(sim.Close)
	withoutCredentials(t)
	t.Setenv("AWS_ENDPOINT_URL", sim.URL())
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return sim
}

// withoutCredentials has no source of credentials found.
func withoutCredentials(t *testing.T) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_REGION": "eu-west-1",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "",
	} {
		t.Setenv(name, value)
	}
}

// establish brings the account to what the files declare, as the controller would, and empties the log of calls.
func establish(t *testing.T, sim *iamsim.Sim, files ...string) {
	t.Helper()
	args := []string{"render", "-o", "json", "--cluster-id", "blue"}
	for _, file := range files {
		args = append(args, "-f", file)
	}
	code, out, errs := execute(t.Context(), "", args...)
	var list []entities
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s", code, err, errs)
	}
	account := awsiam.New(aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(sim.URL()),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}, awsiam.Options{RateLimit: awsiam.RateLimit{QPS: 1e6, Burst: 1e6}})
	for _, e := range list {
		makeRole(t, account, e.Role)
	}
	sim.ResetCalls()
}

func makeRole(t *testing.T, account *awsiam.Account, role *roleEntity) {
	t.Helper()
	if role == nil {
		return
	}
	_, _, err := account.CreateRole(t.Context(), iam.Role{
		Name: role.Name, Path: role.Path, Description: role.Description, MaxSessionSeconds: role.MaxSessionDuration,
		Trust: string(role.TrustPolicy), Tags: role.Tags,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, document := range role.InlinePolicies {
		if err := account.PutRolePolicy(t.Context(), role.Name, name, string(document)); err != nil {
			t.Fatal(err)
		}
	}
	for _, arn := range role.ManagedPolicyARNs {
		if err := account.AttachRolePolicy(t.Context(), role.Name, arn); err != nil {
			t.Fatal(err)
		}
	}
}
