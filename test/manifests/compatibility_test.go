// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pinned is the version of a module in a go.mod, without its v.
func pinned(t *testing.T, file, module string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(module) + ` v(\S+)`).
		FindStringSubmatch(fileText(t, file))
	if found == nil {
		t.Fatalf("%s does not pin %s", file, module)
	}
	return found[1]
}

func fileText(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// minor is the second number of a version.
func minor(t *testing.T, version string) int {
	t.Helper()
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d.", &major, &minor); err != nil {
		t.Fatalf("version %s: %v", version, err)
	}
	return minor
}

func TestTheCompatibilityPageNamesTheVersionsThatAreTested(t *testing.T) {
	newest := pinned(t, "hack/envtest/kube-apiserver/go.mod", "k8s.io/kubernetes")
	oldest := pinned(t, "hack/envtest-oldest/kube-apiserver/go.mod", "k8s.io/kubernetes")
	first, last := minor(t, oldest), minor(t, newest)
	for file, wants := range map[string][]string{
		"docs/compatibility.md": {
			fmt.Sprintf("| 1.%d | every change, with %s |", last, newest),
			fmt.Sprintf("| 1.%d to 1.%d | no |", first+1, last-1),
			fmt.Sprintf("| 1.%d | nightly, with %s |", first, oldest),
			fmt.Sprintf("| 1.%d and older | no |", first-1),
			"nightly, with " + pinned(t, "test/chart-install/go.mod", "helm.sh/helm/v4"),
			"every change, with " + pinned(t, "test/chart/go.mod", "helm.sh/helm/v3"),
			"nightly, with " + pinned(t, "hack/tools/kustomize-controller/go.mod", "github.com/fluxcd/kustomize-controller"),
		},
		"docs/installing.md":                   {fmt.Sprintf("(1.%d or newer)", first)},
		"charts/ecs-iam-controller/Chart.yaml": {fmt.Sprintf("kubeVersion: \">=1.%d.0-0\"\n", first)},
		".ci/extended":                         {"step oldest make test-oldest", "step chart-install hack/chart-install.sh", "step flux hack/flux.sh"},
	} {
		for _, want := range wants {
			if !strings.Contains(fileText(t, file), want) {
				t.Errorf("%s does not say %q", file, want)
			}
		}
	}
}
