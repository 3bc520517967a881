// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/internal/golden"
)

// apiServer answers for the AWSAccounts of one of the clusters in testdata/clusters.yaml and for the namespace payments,
// and notes what was asked.
func apiServer(t *testing.T, name string) (url string, asked *[]string) {
	t.Helper()
	text, err := os.ReadFile("testdata/clusters.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var clusters map[string][]any
	if err := yaml.Unmarshal(text, &clusters); err != nil {
		t.Fatal(err)
	}
	accounts, known := clusters[name]
	asked = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		var answer any
		switch {
		case r.URL.Path == "/apis/ecsiam.dev/v1alpha1/awsaccounts" && known:
			answer = map[string]any{"apiVersion": "ecsiam.dev/v1alpha1", "kind": "AWSAccountList", "items": accounts}
		case r.URL.Path == "/api/v1/namespaces/payments":
			answer = map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{
				"name": "payments", "labels": map[string]any{"aws": "production"},
			}}
		default:
			w.WriteHeader(http.StatusForbidden)
			answer = map[string]any{
				"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "Forbidden", "code": http.StatusForbidden,
				"message": `awsaccounts.ecsiam.dev is forbidden: User "mallory" cannot list resource "awsaccounts"`,
			}
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func TestTheBoundsOfANamespaceArePrinted(t *testing.T) {
	for name, args := range map[string][]string{
		"guardrails-default": {"default"}, "guardrails-selected": {"selected"}, "guardrails-json": {"selected", "-o", "json"},
		"guardrails-yaml": {"default", "-o", "yaml"}, "guardrails-none": {"none"}, "guardrails-forbidden": {"forbidden"},
		"guardrails-output": {"default", "-o", "xml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
			url, _ := apiServer(t, args[0])
			code, stdout, stderr := execute(t.Context(), "",
				append([]string{"guardrails", "-n", "payments", "--server", url}, args[1:]...)...)
			got := fmt.Sprintf("exit code %d\n--- standard output\n%s--- standard error\n%s", code, stdout, stderr)
			golden.Check(t, filepath.Join("testdata", name+".golden"), got, "the output changed")
		})
	}
}

func TestTheNamespaceIsThatOfTheKubeconfigAndTheLabelsAreReadOnlyWhereTheyDecide(t *testing.T) {
	url, asked := apiServer(t, "default")
	config := filepath.Join(t.TempDir(), "config")
	content := "apiVersion: v1\nkind: Config\ncurrent-context: x\n" +
		"clusters: [{name: x, cluster: {server: \"" + url + "\"}}]\n" +
		"contexts: [{name: x, context: {cluster: x, namespace: orders}}]\n"
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := execute(t.Context(), "", "guardrails", "--kubeconfig", config)
	if code != 0 || !strings.Contains(stdout, "orders_*") {
		t.Errorf("exit code %d, printed %s%s", code, stdout, stderr)
	}
	if len(*asked) != 1 {
		t.Errorf("asked for %v, want the AWSAccounts alone", *asked)
	}
}
