// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// manifests writes as many manifests as are asked for, half of them roles.
func manifests(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	for i := range n {
		kind, first := "ECSPolicy", ""
		if i%2 == 1 {
			kind, first = "ECSRole", "  type: Task\n"
		}
		text := fmt.Sprintf(`apiVersion: ecsiam.dev/v1alpha1
kind: %s
metadata: {name: example-%d, namespace: shop}
spec:
%s  statements:
  - sid: Read
    effect: Allow
    actions: ["s3:GetObject", "s3:ListBucket"]
    resources: ["arn:{partition}:s3:::config-{accountID}/*", "arn:{partition}:s3:::config-{accountID}"]
  - effect: Allow
    actions: ["ecs:DescribeTasks", "ecs:StopTask"]
    resources: ["arn:{partition}:ecs:*:{accountID}:task/shop/*"]
    condition: {ArnEquals: {"ecs:cluster": ["arn:{partition}:ecs:eu-west-1:{accountID}:cluster/shop"]}}
`, kind, i, first)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func BenchmarkLintOfAThousandManifests(b *testing.B) {
	dir := manifests(b, 1000)
	for b.Loop() {
		if code, out, errs := execute(b.Context(), "", "lint", "-f", dir); code != 0 {
			b.Fatalf("exit code %d: %s%s", code, out, errs)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/1000-manifests")
	b.ReportMetric(2, "s-bound")
}

func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "kubectl-ecsiam")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for b.Loop() {
		if err := exec.CommandContext(b.Context(), binary, "version").Run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
	b.ReportMetric(50, "ms-bound")
}
