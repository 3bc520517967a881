// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// onlyRead fails the test when the account was asked for anything but readings.
func onlyRead(t *testing.T, sim *iamsim.Sim) {
	t.Helper()
	calls := sim.Calls()
	if len(calls) == 0 {
		t.Error("the account was not asked")
	}
	for _, name := range iamsim.ActionNames(calls) {
		if !strings.HasPrefix(name, "Get") && !strings.HasPrefix(name, "List") {
			t.Errorf("%s was called", name)
		}
	}
}

func TestThePlanOfAChangeHasTheOperationsThatTheControllerWouldMakeAndOnlyReads(t *testing.T) {
	for name, args := range map[string][]string{
		"plan-change":      {"-f", "testdata/plan/after.yaml"},
		"plan-change-json": {"-f", "testdata/plan/after.yaml", "-o", "json"},
		"plan-object":      {"ecsr/search"},
		"plan-unchanged":   {"ecsrole.ecsiam.dev/checkout", "--detailed-exitcode"},
		"plan-raising":     {"-f", "testdata/plan/raising.yaml", "--detailed-exitcode"},
		"plan-deploy":      {"-n", "ci", "ecsrole/deploy", "ecspolicy/push"},
		"plan-missing":     {"ecsrole/nothing"},
		"plan-kind":        {"deployment/nothing"},
		"plan-both":        {"ecsrole/search", "-f", "testdata/plan/after.yaml"},
		"plan-neither":     {},
		"plan-output":      {"ecsrole/search", "-o", "xml"},
		"plan-help":        {"--help"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, sim := newTestCluster(t), newTestAccount(t)
			establish(t, sim, "testdata/plan/account.yaml", "testdata/plan/before.yaml")
			code, out, errs := execute(t.Context(), "", append([]string{"plan"}, args...)...)
			checkOutput(t, name, code, out, errs)
			if len(cluster.writes) > 0 {
				t.Errorf("the cluster was written to: %v", cluster.writes)
			}
			if out != "" && name != "plan-help" {
				onlyRead(t, sim)
			}
		})
	}
}

func TestAPlanNeedsNoClusterWhereTheFilesHaveTheAccount(t *testing.T) {
	sim := newTestAccount(t)
	t.Setenv("KUBECONFIG", "/nonexistent")
	args := []string{
		"plan", "--no-cluster", "--cluster-id", "blue", "-f", "testdata/plan/account.yaml", "-f", "testdata/plan/after.yaml",
	}
	code, out, errs := execute(t.Context(), "", args...)
	checkOutput(t, "plan-no-cluster", code, out, errs)
	onlyRead(t, sim)
	establish(t, sim, "testdata/plan/account.yaml", "testdata/plan/before.yaml")
	code, out, errs = execute(t.Context(), "", "plan", "--no-cluster", "--cluster-id", "blue", "--detailed-exitcode",
		"-f", "testdata/plan/account.yaml", "-f", "testdata/plan/before.yaml")
	if code != 0 || !strings.Contains(out, "0 to change, 2 without changes") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

func TestDifferencesAreAnExitCodeOfTheirOwnOnlyWhereThatIsAskedFor(t *testing.T) {
	newTestCluster(t)
	sim := newTestAccount(t)
	establish(t, sim, "testdata/plan/account.yaml", "testdata/plan/before.yaml")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"plan", "-f", "testdata/plan/after.yaml"}, 0},
		{[]string{"plan", "-f", "testdata/plan/after.yaml", "--detailed-exitcode"}, 2},
		{[]string{"plan", "-f", "testdata/plan/before.yaml", "--detailed-exitcode"}, 0},
	} {
		if code, out, errs := execute(t.Context(), "", c.args...); code != c.code {
			t.Errorf("%v: exit code %d, want %d\n%s%s", c.args, code, c.code, out, errs)
		}
	}
}

func TestWhoeverMayNotReadTheAccountsGetsThePlanOfTheStatus(t *testing.T) {
	newTestCluster(t, "awsaccounts")
	sim := newTestAccount(t)
	code, out, errs := execute(t.Context(), "", "plan", "ecsrole/search")
	checkOutput(t, "plan-status", code, out, errs)
	if len(sim.Calls()) > 0 {
		t.Errorf("AWS was asked: %v", sim.Calls())
	}
}

func TestWithoutAWSCredentialsObjectsHaveThePlanOfTheStatusAndFilesHaveNone(t *testing.T) {
	newTestCluster(t)
	withoutCredentials(t)
	code, out, errs := execute(t.Context(), "", "plan", "ecsrole/search", "-o", "json")
	var report planReport
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s%s", code, err, out, errs)
	}
	if report.Items[0].Source != sourceStatus || len(report.Items[0].Operations) != 1 ||
		!strings.Contains(errs, "no AWS credentials were found") {
		t.Errorf("report %+v\n%s", report, errs)
	}
	code, out, errs = execute(t.Context(), "", "plan", "-f", "testdata/plan/after.yaml")
	if code != 1 || out != "" || !strings.Contains(errs, "no AWS credentials were found: sign in, or set AWS_PROFILE") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

func TestAnAccountThatThrottlesIsWaitedForAndThenNamed(t *testing.T) {
	defer func(wait time.Duration) { firstWait = wait }(firstWait)
	firstWait = time.Millisecond
	newTestCluster(t)
	sim := newTestAccount(t)
	establish(t, sim, "testdata/plan/account.yaml", "testdata/plan/before.yaml")
	sim.Fail("GetRole", "Throttling", 1_000, nil)
	code, out, _ := execute(t.Context(), "", "plan", "ecsrole/search")
	if code != 1 || !strings.Contains(out, "Throttled: AWS limits the rate of calls in the account: plan again in a while") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestCredentialsOfAnotherAccountAreNamed(t *testing.T) {
	newTestCluster(t)
	newTestAccount(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "999999999999")
	code, out, _ := execute(t.Context(), "", "plan", "ecsrole/search")
	if code != 1 || !strings.Contains(out, "the AWS credentials are of account 999999999999, and AWSAccount default is "+
		"account 111122223333: choose others by --profile, or give --assume-role") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestWhatIsWrongInAFileIsNamedWithItsPlaceBeforeAnythingIsPlanned(t *testing.T) {
	newTestCluster(t)
	sim := newTestAccount(t)
	code, out, errs := execute(t.Context(), "", "plan", "-f", "testdata/bad.yaml", "-f", "testdata/lint/sub/broken.yaml")
	checkOutput(t, "plan-bad", code, out, errs)
	if len(sim.Calls()) > 0 {
		t.Errorf("AWS was asked: %v", sim.Calls())
	}
	dir := t.TempDir()
	code, out, errs = execute(t.Context(), "", "plan", "-f", dir)
	if code != 1 || out != "" || !strings.HasPrefix(errs, "nothing to plan for in "+dir) {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}
