// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// guideMistakes are the policies that the Amazon ECS Developer Guide once printed wrong, under the name of the sample
// that corrects each.
var guideMistakes = map[string]v1alpha1.WarningCode{
	"delete-cluster":               v1alpha1.WarningUnknownAction,
	"delete-test-clusters":         v1alpha1.WarningUnknownAction,
	"describe-container-instances": v1alpha1.WarningShortARN,
	"describe-tasks":               v1alpha1.WarningShortARN,
	"exec-by-tag":                  v1alpha1.WarningMissingResource,
	"service-linked-role":          v1alpha1.WarningUnusedConditionKey,
}

func TestWhatTheGuidePrintedWrongIsFoundAndTheSampleIsClean(t *testing.T) {
	samples := policySamples(t)
	for name, want := range guideMistakes {
		text := read(t, filepath.Join("testdata", "guide", name+".json"))
		findings := authz.CheckText([]byte(strings.TrimSpace(string(text))), policy.IdentityPolicy, "aws")
		if len(findings) != 1 || findings[0].Code != want {
			t.Errorf("%s: found %+v, want %s alone", name, findings, want)
		}
		if samples[name] == nil {
			t.Errorf("%s has no sample in config/samples/policies", name)
		}
	}
	for name, object := range samples {
		in := desired.PolicyInputs{
			Policy: object, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "samples",
		}
		if _, err := desired.BuildPolicy(in); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range desired.PolicyFindings(in) {
			t.Errorf("%s: %s: %s", name, f.Field, f.Message())
		}
	}
}

func TestEveryFileOfTheGuidesPoliciesIsInTheirKustomization(t *testing.T) {
	folder := filepath.Join(root, "config", "samples", "policies")
	content := string(read(t, filepath.Join(folder, "kustomization.yaml")))
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "kustomization.yaml" && !strings.Contains(content, "- "+name+"\n") {
			t.Errorf("%s is not applied", name)
		}
	}
}

// policySamples are the ECSPolicies of the folder, by name. Every role there refers to some of them.
func policySamples(t *testing.T) map[string]*v1alpha1.ECSPolicy {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "config", "samples", "policies", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	samples, roles := map[string]*v1alpha1.ECSPolicy{}, []*v1alpha1.ECSRole{}
	for _, d := range (manifest.Reader{Namespace: "default"}).Read(t.Context(), files...) {
		for _, err := range d.Errors {
			t.Errorf("%s: %v", d.Place(), err)
		}
		if d.Policy != nil {
			samples[d.Policy.Name] = d.Policy
		}
		if d.Role != nil {
			roles = append(roles, d.Role)
		}
	}
	for _, role := range roles {
		for _, p := range role.Spec.ManagedPolicies {
			if p.PolicyRef == nil || samples[p.PolicyRef.Name] == nil {
				t.Errorf("role %s has a policy that is not in the folder: %+v", role.Name, p)
			}
		}
	}
	if len(samples) < 18 || len(roles) == 0 {
		t.Errorf("%d policies and %d roles in config/samples/policies", len(samples), len(roles))
	}
	return samples
}
