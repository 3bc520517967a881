// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/golden"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// execute runs a command line and gives the exit code, standard output and standard error.
func execute(ctx context.Context, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, streams{in: strings.NewReader(stdin), out: &out, err: &errs}, args)
	return code, out.String(), errs.String()
}

func TestTheCommandPrintsWhatItsGoldenFileSays(t *testing.T) {
	list, err := os.ReadFile("testdata/list.json")
	if err != nil {
		t.Fatal(err)
	}
	inAccount := []string{"--account-id", "111122223333"}
	cases := map[string]struct {
		stdin string
		args  []string
	}{
		"no-arguments":  {args: []string{}},
		"help":          {args: []string{"render", "--help"}},
		"version":       {args: []string{"version"}},
		"render-yaml":   {args: []string{"render", "-f", "testdata/roles.yaml", "-f", "testdata/account.yaml", "--partition", "aws-cn"}},
		"render-json":   {args: []string{"render", "-f", "testdata/roles.yaml", "-f", "testdata/account.yaml", "-o", "json", "--cluster-id", "blue"}},
		"render-stdin":  {string(list), append([]string{"render", "-f", "-", "--region", "eu-west-1"}, inAccount...)},
		"render-warned": {args: append([]string{"render", "-f", "testdata/warned.yaml", "-n", "shop"}, inAccount...)},

		"render-references": {args: append([]string{"render", "-f", "testdata/references.yaml", "--region", "eu-west-1"}, inAccount...)},
		"unresolved":        {args: append([]string{"render", "-f", "testdata/unresolved.yaml", "--region", "eu-west-1"}, inAccount...)},

		"render-policies":   {args: append([]string{"render", "-f", "testdata/policies.yaml"}, inAccount...)},
		"bad-policies":      {args: append([]string{"render", "-f", "testdata/bad-policies.yaml"}, inAccount...)},
		"passrole-policies": {args: append([]string{"passrole", "-f", "testdata/policies.yaml"}, inAccount...)},

		"render-linked":       {args: append([]string{"render", "-f", "testdata/linked.yaml", "--partition", "aws-cn"}, inAccount...)},
		"render-linked-twice": {args: append([]string{"render", "-f", "testdata/linked.yaml", "-f", "testdata/linked-again.yaml"}, inAccount...)},

		"guardrails-help": {args: []string{"guardrails", "--help"}},

		"passrole-help":   {args: []string{"passrole", "--help"}},
		"passrole-json":   {args: append([]string{"passrole", "-f", "testdata/references.yaml", "--region", "eu-west-1"}, inAccount...)},
		"passrole-yaml":   {args: append([]string{"passrole", "-f", "testdata/references.yaml", "--region", "cn-north-1", "--partition", "aws-cn", "-o", "yaml"}, inAccount...)},
		"passrole-types":  {args: append([]string{"passrole", "-f", "testdata/types.yaml"}, inAccount...)},
		"passrole-two":    {args: []string{"passrole", "-f", "testdata/account.yaml", "-f", "testdata/second-account.yaml", "-f", "testdata/roles.yaml", "--partition", "aws-cn"}},
		"passrole-bad":    {args: append([]string{"passrole", "-f", "testdata/unresolved.yaml", "--region", "eu-west-1"}, inAccount...)},
		"passrole-output": {args: append([]string{"passrole", "-f", "testdata/references.yaml", "-o", "xml"}, inAccount...)},

		"bounds":         {args: []string{"render", "-f", "testdata/bounds.yaml"}},
		"out-of-bounds":  {args: []string{"render", "-f", "testdata/bounds.yaml", "-f", "testdata/out-of-bounds.yaml"}},
		"bad-manifests":  {args: append([]string{"render", "-f", "testdata/bad.yaml", "-f", "testdata/missing.yaml", "-f", "testdata/warned.yaml"}, inAccount...)},
		"same-role-name": {args: append([]string{"render", "-f", "testdata/same-name.yaml"}, inAccount...)},
		"same-objects":   {args: append([]string{"render", "-f", "testdata/same-objects.yaml"}, inAccount...)},
		"policy-not-allowed": {args: []string{"render", "-f", "-", "-f", "testdata/account.yaml"}, stdin: "apiVersion: ecsiam.dev/v1alpha1\n" +
			"kind: ECSPolicy\nmetadata: {name: read, namespace: elsewhere}\nspec:\n  accountRef: {name: production}\n" +
			"  statements: [{effect: Allow, actions: ['s3:GetObject'], resources: ['*']}]\n"},
		"no-account":         {args: []string{"render", "-f", "testdata/warned.yaml"}},
		"another-account":    {args: []string{"render", "-f", "testdata/roles.yaml", "-f", "testdata/account.yaml", "--account-id", "999999999999"}},
		"no-roles":           {args: append([]string{"render", "-f", "testdata/account.yaml"}, inAccount...)},
		"no-region":          {string(list), append([]string{"render", "-f", "-"}, inAccount...)},
		"unknown-output":     {args: append([]string{"render", "-f", "testdata/warned.yaml", "-o", "xml"}, inAccount...)},
		"no-files":           {args: []string{"render"}},
		"unknown-command":    {args: []string{"rendr"}},
		"unknown-flag":       {args: []string{"render", "--account", "1"}},
		"files-as-arguments": {args: []string{"render", "testdata/warned.yaml"}},
		"namespace-not-allowed": {args: []string{"render", "-f", "-", "-f", "testdata/account.yaml"}, stdin: strings.NewReplacer(
			`"type": "LifecycleHook"`, `"accountRef": {"name": "production"}, "type": "LifecycleHook"`).Replace(string(list))},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := execute(t.Context(), c.stdin, c.args...)
			got := fmt.Sprintf("exit code %d\n--- standard output\n%s--- standard error\n%s", code, stdout, stderr)
			path := filepath.Join("testdata", name+".golden")
			golden.Check(t, path, got, "the output changed")
		})
	}
}

func TestNothingIsPrintedBesideErrors(t *testing.T) {
	code, stdout, stderr := execute(t.Context(), "", "render", "--account-id", "111122223333",
		"-f", "testdata/warned.yaml", "-f", "testdata/bad.yaml")
	if code != 1 || stdout != "" || stderr == "" {
		t.Errorf("exit code %d, standard output %q, standard error %q", code, stdout, stderr)
	}
}

func TestQuotasThatMayNotBeRaisedAreWarnedOf(t *testing.T) {
	var policies, principals strings.Builder
	for i := range 11 {
		fmt.Fprintf(&policies, "  - arn: arn:aws:iam::111122223333:policy/p%d\n", i)
	}
	for i := range 40 {
		fmt.Fprintf(&principals, "        - arn:aws:iam::111122223333:role/%s%d\n", strings.Repeat("r", 30), i)
	}
	text := "apiVersion: ecsiam.dev/v1alpha1\nkind: ECSRole\nmetadata: {name: wide}\nspec:\n  type: Task\n" +
		"  managedPolicies:\n" + policies.String() +
		"  trust:\n    additionalStatements:\n    - effect: Allow\n      principals:\n        aws:\n" + principals.String()
	code, stdout, stderr := execute(t.Context(), text, "render", "-f", "-", "--account-id", "111122223333")
	want := `Warning: standard input, document 1, ECSRole default/wide: the trust policy has 2975 counted characters: the account needs a raised quota "Role trust policy length", which is 2048 by default
Warning: standard input, document 1, ECSRole default/wide: the role has 11 managed policies: the account needs a raised quota "Managed policies per role", which is 10 by default
`
	if diff := cmp.Diff(want, stderr); code != 0 || stdout == "" || diff != "" {
		t.Errorf("exit code %d, standard error (-want +got):\n%s", code, diff)
	}
}

// Objects may be older than a rule of the schema, so the desired role must not rely on the schema having been applied.
func TestWhatTheSchemaRefusesTheDesiredRoleRefusesToo(t *testing.T) {
	// What an object cannot hold, or what is no different from an absent field once it is decoded.
	exempt := []string{
		"condition-empty", "ignore-empty", "regions-empty", "role-name-empty", "sid-empty", "statements-empty",
		"spec-field-unknown", "statement-field-unknown", "trust-resources",
		"managed-policies-empty", "boundary-misspelt", "condition-beside-the-statements", "condition-with-a-capital",
		"condition-with-a-capital-in-a-trust-statement", "source-arns-and-region-misspelt",
	}
	files, err := filepath.Glob("../../test/apivalidation/invalid/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		for _, d := range (manifest.Reader{Namespace: "default"}).Read(t.Context(), file) {
			if d.Role == nil || slices.Contains(exempt, name) {
				continue
			}
			in := desired.Inputs{Role: d.Role, AccountID: "111122223333", Partition: "aws", ClusterID: "local"}
			if _, err := desired.Build(in); err == nil {
				t.Errorf("%s is built, although the schema refuses it: %v", name, d.Errors)
			}
		}
	}
}

// brokenWriter is a pipe that nobody reads any more.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAnOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	for _, args := range [][]string{
		{"version"},
		{"render", "-f", "testdata/warned.yaml", "--account-id", "111122223333"},
		{"render", "-f", "testdata/warned.yaml", "--account-id", "111122223333", "-o", "json"},
	} {
		var errs bytes.Buffer
		code := run(t.Context(), streams{in: strings.NewReader(""), out: brokenWriter{}, err: &errs}, args)
		if code != 1 || !strings.Contains(errs.String(), "broken pipe") {
			t.Errorf("%v: exit code %d, standard error %q", args, code, errs.String())
		}
	}
}
