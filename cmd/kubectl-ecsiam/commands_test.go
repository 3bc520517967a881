// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

func TestWhatTheClusterSaysIsPrintedAsItsGoldenFilesSay(t *testing.T) {
	for name, c := range map[string]struct {
		args      []string
		forbidden []string
	}{
		"status":           {args: []string{"status"}},
		"status-json":      {args: []string{"status", "-o", "json"}},
		"status-detailed":  {args: []string{"status", "-n", "ci", "--detailed-exitcode"}},
		"status-help":      {args: []string{"status", "--help"}},
		"status-forbidden": {args: []string{"status"}, forbidden: []string{"ecsroles"}},
		"status-part":      {args: []string{"status"}, forbidden: []string{"awsaccounts", "ecsservicelinkedroles"}},
		"uninstall":        {args: []string{"uninstall", "--check"}},
		"uninstall-json":   {args: []string{"uninstall", "--check", "-o", "json"}},
		"uninstall-none":   {args: []string{"uninstall", "--check", "-n", "empty"}},
		"uninstall-only":   {args: []string{"uninstall"}},
		"uninstall-help":   {args: []string{"uninstall", "--help"}},
		"tree":             {args: []string{"tree"}},
		"tree-namespace":   {args: []string{"tree", "-n", "ci", "-o", "yaml"}},
		"tree-none":        {args: []string{"tree", "-n", "empty"}},
		"tree-help":        {args: []string{"tree", "--help"}},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := newTestCluster(t, c.forbidden...)
			code, out, errs := execute(t.Context(), "", c.args...)
			checkOutput(t, name, code, out, errs)
			if len(cluster.writes) > 0 {
				t.Errorf("the cluster was written to: %v", cluster.writes)
			}
		})
	}
}

func TestTheOwnerIsToldByTheTagInAWS(t *testing.T) {
	sim := newTestAccount(t)
	t.Setenv("KUBECONFIG", "/nonexistent")
	establish(t, sim, "testdata/plan/account.yaml", "testdata/plan/before.yaml")
	for name, args := range map[string][]string{
		"owner":         {"arn:aws:iam::111122223333:role/shop_checkout"},
		"owner-json":    {"arn:aws:iam::111122223333:role/shop_checkout", "-o", "json"},
		"owner-session": {"arn:aws:sts::111122223333:assumed-role/shop_search/session"},
		"owner-missing": {"arn:aws:iam::111122223333:role/nothing"},
		"owner-nobody":  {"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},
		"owner-other":   {"arn:aws:iam::999999999999:role/shop_checkout"},
		"owner-user":    {"arn:aws:iam::111122223333:user/somebody"},
		"owner-no-arn":  {"shop_checkout"},
		"owner-help":    {"--help"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := execute(t.Context(), "", append([]string{"owner"}, args...)...)
			checkOutput(t, name, code, out, errs)
		})
	}
	onlyRead(t, sim)
}

func TestWithoutCredentialsTheOwnerIsTheObjectWhoseStatusHasTheARN(t *testing.T) {
	newTestCluster(t)
	withoutCredentials(t)
	for arn, want := range map[string]string{
		"arn:aws:iam::111122223333:role/shop_checkout":       "ECSRole checkout\nnamespace  shop\n",
		"arn:aws:iam::111122223333:policy/ci_push":           "ECSPolicy push\nnamespace  ci\n",
		"arn:aws:iam::111122223333:instance-profile/ci_node": "ECSRole node\nnamespace  ci\n",
	} {
		code, out, errs := execute(t.Context(), "", "owner", arn)
		if code != 0 || !strings.Contains(out, want) || !strings.Contains(out, "the status of the object") {
			t.Errorf("%s: exit code %d\n%s%s", arn, code, out, errs)
		}
	}
	if code, _, errs := execute(t.Context(), "", "owner", "arn:aws:iam::111122223333:role/nothing"); code != 1 ||
		!strings.Contains(errs, "no object of the cluster has the ARN") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func TestEveryRoleTypeIsExplainedWithWhatGoesWrong(t *testing.T) {
	for _, kind := range roletype.All() {
		code, out, errs := execute(t.Context(), "", "explain", strings.ToLower(string(kind.Name)))
		if code != 0 || !strings.Contains(out, kind.Principal.Default) || !strings.Contains(out, "what goes wrong\n    - ") {
			t.Errorf("%s: exit code %d\n%s%s", kind.Name, code, out, errs)
		}
	}
	for name, args := range map[string][]string{
		"explain":                {"explain"},
		"explain-infrastructure": {"explain", "Infrastructure"},
		"explain-json":           {"explain", "CodeDeploy", "-o", "json"},
		"explain-unknown":        {"explain", "TaskExecutor"},
		"explain-help":           {"explain", "--help"},
	} {
		code, out, errs := execute(t.Context(), "", args...)
		checkOutput(t, name, code, out, errs)
	}
}

func TestObjectsArePausedResumedAndLookedAtByTheirAnnotations(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		code   int
		says   string
		writes []string
	}{
		"pause": {
			[]string{"pause", "ecsrole/checkout"},
			0, "ECSRole shop/checkout paused\n",
			[]string{`PATCH /apis/ecsiam.dev/v1alpha1/namespaces/shop/ecsroles/checkout {"metadata":{"annotations":{"ecsiam.dev/paused":"true"}}}`},
		},
		"pause what is paused": {[]string{"pause", "-n", "ci", "ecsr/deploy"}, 0, "ECSRole ci/deploy is paused already\n", nil},
		"resume": {
			[]string{"resume", "-n", "ci", "ecsrole/deploy"},
			0, "ECSRole ci/deploy resumed\n",
			[]string{`PATCH /apis/ecsiam.dev/v1alpha1/namespaces/ci/ecsroles/deploy {"metadata":{"annotations":{"ecsiam.dev/paused":null}}}`},
		},
		"resume what is not paused": {[]string{"resume", "ecsrole/checkout"}, 0, "ECSRole shop/checkout is not paused\n", nil},
		"an account": {
			[]string{"pause", "awsaccount/default"},
			0, "AWSAccount default paused\n",
			[]string{`PATCH /apis/ecsiam.dev/v1alpha1/awsaccounts/default {"metadata":{"annotations":{"ecsiam.dev/paused":"true"}}}`},
		},
		"all of a namespace": {
			[]string{"reconcile", "--all"},
			0, "ECSRole shop/checkout is looked at now\nECSRole shop/search is looked at now\n",
			[]string{
				`PATCH /apis/ecsiam.dev/v1alpha1/namespaces/shop/ecsroles/checkout {"metadata":{"annotations":{"ecsiam.dev/reconcile-at":"`,
				`PATCH /apis/ecsiam.dev/v1alpha1/namespaces/shop/ecsroles/search {"metadata":{"annotations":{"ecsiam.dev/reconcile-at":"`,
			},
		},
		"reconcile what is paused": {
			[]string{"reconcile", "-n", "ci", "ecsrole/deploy"},
			1,
			"ECSRole ci/deploy is paused: resume it, which has the controller look at it too\n", nil,
		},
		"nothing named":   {[]string{"pause"}, 1, "give KIND/NAME of objects, such as ecsrole/checkout, or --all", nil},
		"another kind":    {[]string{"pause", "pod/x"}, 1, "pod/x is no object: give KIND/NAME", nil},
		"missing":         {[]string{"pause", "ecsrole/x"}, 1, "ECSRole shop/x does not exist: correct the name", nil},
		"empty namespace": {[]string{"pause", "--all", "-n", "x"}, 1, "namespace x has no ECSRoles and no ECSPolicies", nil},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := newTestCluster(t)
			code, out, errs := execute(t.Context(), "", c.args...)
			if code != c.code || !strings.Contains(out+errs, c.says) {
				t.Errorf("exit code %d, want %d, printed\n%s%s", code, c.code, out, errs)
			}
			if len(cluster.writes) != len(c.writes) {
				t.Fatalf("written: %v", cluster.writes)
			}
			for i, want := range c.writes {
				if !strings.HasPrefix(cluster.writes[i], want) {
					t.Errorf("written: %s\nwant     %s", cluster.writes[i], want)
				}
			}
		})
	}
}

// Flux takes for a change by kubectl what a field manager wrote whose name begins with that, and takes it back.
func TestWhatThePluginWritesIsNoChangeByKubectl(t *testing.T) {
	cluster := newTestCluster(t)
	for _, args := range [][]string{
		{"pause", "ecsrole/checkout"}, {"resume", "-n", "ci", "ecsrole/deploy"}, {"reconcile", "ecsrole/search"},
	} {
		if code, out, errs := execute(t.Context(), "", args...); code != 0 {
			t.Errorf("%v: exit code %d, printed\n%s%s", args, code, out, errs)
		}
	}
	if want := []string{"ecsiam", "ecsiam", "ecsiam"}; !slices.Equal(cluster.writers, want) {
		t.Errorf("the field managers of the writes are %q, want %q", cluster.writers, want)
	}
}

const convertible = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/${aws:PrincipalTag/team}/{a}/*",
     "Condition": {"Bool": {"aws:SecureTransport": true}}},
    {"Effect": "Deny", "NotAction": ["s3:*"], "NotResource": "*"}
  ]
}`

func TestPolicyDocumentsBecomeStatementsAndBack(t *testing.T) {
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com","AWS":"111122223333"},` +
		`"Action":"sts:AssumeRole"}}`
	for name, c := range map[string]struct {
		stdin string
		args  []string
	}{
		"convert":          {convertible, nil},
		"convert-policy":   {convertible, []string{"--name", "read-orders", "-n", "shop"}},
		"convert-json":     {convertible, []string{"--kind", "ECSRole", "-o", "json"}},
		"convert-trust":    {trust, []string{"--kind", "ECSRole"}},
		"convert-unsaid":   {strings.Replace(trust, `"Principal"`, `"NotPrincipal"`, 1), []string{"--kind", "ECSRole"}},
		"convert-variable": {strings.Replace(convertible, "2012-10-17", "2008-10-17", 1), nil},
		"convert-broken":   {"{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"Alow\", \"Action\": 3}]}", nil},
		"convert-nothing":  {"kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n", nil},
		"convert-help":     {"", []string{"--help"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := execute(t.Context(), c.stdin, append([]string{"convert", "-f", "-"}, c.args...)...)
			checkOutput(t, name, code, out, errs)
		})
	}
	_, manifest, _ := execute(t.Context(), convertible, "convert", "-f", "-", "--name", "read-orders")
	code, back, errs := execute(t.Context(), manifest, "convert", "-f", "-")
	checkOutput(t, "convert-back", code, back, errs)
	_, again, _ := execute(t.Context(), back, "convert", "-f", "-", "--name", "read-orders")
	if manifest != again {
		t.Errorf("the manifest changed on the way:\n%s\n%s", manifest, again)
	}
}

func TestKubectlCompletesKindsNamesAndTypes(t *testing.T) {
	newTestCluster(t)
	for want, args := range map[string][]string{
		"ecsrole/checkout\necsrole/search\n": {"plan", "ecsrole/"},
		"ecspolicy/push\n":                   {"pause", "-n", "ci", "ecspolicy/"},
		"ecsrole/\necspolicy/\n":             {"plan", ""},
		"TaskExecution\nTask\n":              {"explain", ""},
		"guardrails":                         {"gua"},
	} {
		code, out, errs := execute(t.Context(), "", append([]string{"__complete"}, args...)...)
		if code != 0 || !strings.HasPrefix(out, want) {
			t.Errorf("%v: exit code %d, completions\n%s%s", args, code, out, errs)
		}
	}
	code, out, _ := execute(t.Context(), "", "completion")
	script, err := os.ReadFile("kubectl_complete-ecsiam")
	if err != nil || code != 0 || out != string(script) {
		t.Errorf("%v, exit code %d, printed %s", err, code, out)
	}
	if sh, err := exec.LookPath("sh"); err == nil {
		if out, err := exec.CommandContext(t.Context(), sh, "-n", "kubectl_complete-ecsiam").CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

func TestAReaderThatHasGoneIsNoErrorOfAnyReport(t *testing.T) {
	newTestCluster(t)
	for _, args := range [][]string{{"status"}, {"tree"}, {"explain"}, {"completion"}, {"tree", "-o", "json"}} {
		var errs strings.Builder
		code := run(context.WithoutCancel(t.Context()), streams{in: strings.NewReader(""), out: io.Writer(gone{}), err: &errs}, args)
		if code != 0 || errs.Len() > 0 {
			t.Errorf("%v: exit code %d, errors %q", args, code, errs.String())
		}
	}
}

func TestColourIsForTerminalsAlone(t *testing.T) {
	for name, c := range map[string]struct {
		p    palette
		want string
	}{
		"off": {palette{}, "+ a"}, "on": {palette{on: true}, "\x1b[32m+ a\x1b[0m"},
	} {
		if got := c.p.difference("+ a"); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	file, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if paletteOf(file).on || terminal(io.Discard) {
		t.Error("a file is taken for a terminal")
	}
}

func TestEveryCommandEndsWithAMessageForWhatNobodyWouldWrite(t *testing.T) {
	newTestCluster(t)
	newTestAccount(t)
	const nested = 100_000
	brackets := strings.Repeat("[", nested) + strings.Repeat("]", nested)
	head := "apiVersion: ecsiam.dev/v1alpha1\nkind: ECSPolicy\nmetadata: {name: x, namespace: shop}\nspec:\n  statements:\n"
	huge := head + "  - {effect: Allow, actions: ['s3:GetObject'], resources: [" + strings.Repeat("'arn:aws:s3:::orders/*',", 430_000) +
		"'*']}\n"
	inputs := map[string]struct{ text, says string }{
		"broken":            {"a: {b\n", "standard input:"},
		"deep":              {"apiVersion: ecsiam.dev/v1alpha1\nkind: ECSPolicy\nspec: " + brackets, "max depth"},
		"itself":            {"a: &a\n  <<: *a\n", "standard input"},
		"no manifest":       {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", "standard input"},
		"nothing":           {"", ""},
		"a policy of 10 MB": {huge, "and an API server takes at most 3145728: split it"},
		"an unknown kind":   {"apiVersion: ecsiam.dev/v1alpha1\nkind: ECSRoll\nmetadata: {name: x}\n", "ECSRoll is unknown"},
	}
	for name, input := range inputs {
		for _, args := range [][]string{
			{"render", "-f", "-", "--account-id", "111122223333"},
			{"plan", "-f", "-"},
			{"convert", "-f", "-"},
			{"lint", "-f", "-"},
			{"passrole", "-f", "-", "--account-id", "111122223333"},
		} {
			code, out, errs := execute(t.Context(), input.text, args...)
			if says := out + errs; code != 1 || says == "" || !strings.Contains(says, input.says) {
				t.Errorf("%s of %s: exit code %d\n%.300s", args[0], name, code, says)
			}
		}
	}
}

func TestSeveralDocumentsAndAnchorsAreReadAsYAMLHasThem(t *testing.T) {
	text := "apiVersion: ecsiam.dev/v1alpha1\nkind: ECSPolicy\nmetadata: {name: a}\nspec:\n  statements:\n" +
		"  - {effect: Allow, actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*']}\n---\n" +
		"apiVersion: ecsiam.dev/v1alpha1\nkind: ECSPolicy\nmetadata: {name: b}\nspec:\n  statements:\n  - &t {effect: Allow, " +
		"actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*']}\n  - {<<: *t, sid: Again}\n"
	code, out, errs := execute(t.Context(), text, "render", "-f", "-", "--account-id", "111122223333")
	if code != 0 || strings.Count(out, "- object: ") != 2 || strings.Count(out, "arn:aws:s3:::b/*") != 2 {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

func TestDirectoriesAreSearchedByEveryCommandThatReadsManifests(t *testing.T) {
	empty := t.TempDir()
	for _, command := range []string{"render", "passrole"} {
		code, out, errs := execute(t.Context(), "", command, "-f", empty, "--account-id", "111122223333")
		if code != 1 || out != "" || !strings.Contains(errs, " in "+empty) {
			t.Errorf("%s: exit code %d\n%s%s", command, code, out, errs)
		}
		code, out, errs = execute(t.Context(), "", command, "-f", "../../config/samples", "--account-id", "111122223333",
			"--region", "eu-west-1")
		if out == "" && !strings.Contains(errs, "config/samples/") {
			t.Errorf("%s: exit code %d\n%s%s", command, code, out, errs)
		}
	}
}
