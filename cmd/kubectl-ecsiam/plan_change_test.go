// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const accountOf111122223333 = `apiVersion: ecsiam.dev/v1alpha1
kind: AWSAccount
metadata: {name: default}
spec:
  accountID: "111122223333"
  region: eu-west-1
  allowedNamespaces: {from: All}
`

// planOf plans for a manifest that a test writes, and returns the report beside exit code and standard error.
func planOf(t *testing.T, text string, args ...string) (report planReport, code int, errs string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifest.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := execute(t.Context(), "", append([]string{"plan", "-f", file, "-o", "json"}, args...)...)
	if out != "" {
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return report, code, errs
}

// item is the plan for an object of a report.
func item(t *testing.T, report planReport, kind, name string) *objectPlan {
	t.Helper()
	for i := range report.Items {
		if report.Items[i].ObjectKind == kind && report.Items[i].Name == name {
			return &report.Items[i]
		}
	}
	t.Fatalf("the report has no %s %s: %+v", kind, name, report.Items)
	return nil
}

func TestAChangedImmutableFieldIsShownAsRefusedWithWhatToDoAndOthersAreStillPlanned(t *testing.T) {
	newTestCluster(t)
	establish(t, newTestAccount(t), "testdata/plan/account.yaml", "testdata/plan/before.yaml")
	text, err := os.ReadFile("testdata/plan/after.yaml")
	if err != nil {
		t.Fatal(err)
	}
	report, code, errs := planOf(t, strings.Replace(string(text), "type: Task", "type: TaskExecution", 1)+`---
apiVersion: ecsiam.dev/v1alpha1
kind: ECSPolicy
metadata: {name: push, namespace: ci}
spec:
  policyName: ci_another
  statements:
  - {sid: Push, effect: Allow, actions: ["ecr:PutImage"], resources: ["*"]}
`)
	if code != 1 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	for _, c := range []struct{ kind, name, says string }{
		{
			"ECSRole", "checkout", "the API server refuses the change, and the cluster keeps the object as it is: spec.type: type " +
				"is immutable: create a new ECSRole, move its users over, then delete this one",
		},
		{"ECSPolicy", "push", "spec.policyName: policyName is immutable, setting or removing it included"},
	} {
		p := item(t, report, c.kind, c.name)
		if p.Refusal == nil || !strings.Contains(p.Refusal.Message, c.says) || len(p.Operations) > 0 || p.Source != sourceFiles {
			t.Errorf("%s %s: %+v", c.kind, c.name, p.Refusal)
		}
	}
	if report.Summary.Failed != 2 {
		t.Errorf("summary %+v", report.Summary)
	}
}

func TestTheAccountOfAnAWSAccountCannotBeChangedAndThePlanSaysSo(t *testing.T) {
	newTestCluster(t)
	sim := newTestAccount(t)
	report, code, errs := planOf(t, strings.Replace(accountOf111122223333, "111122223333", "444455556666", 1))
	p := item(t, report, "AWSAccount", "default")
	if code != 1 || p.Refusal == nil || !strings.Contains(p.Refusal.Message, "create a new AWSAccount for the other account") {
		t.Errorf("exit code %d, %+v\n%s", code, p.Refusal, errs)
	}
	if len(sim.Calls()) > 0 {
		t.Errorf("AWS was asked: %v", sim.Calls())
	}
}

func TestThePlanOfAnAccountIsWhatItsChangeDoesToTheObjectsInIt(t *testing.T) {
	newTestCluster(t)
	establish(t, newTestAccount(t), "testdata/plan/account.yaml", "testdata/plan/before.yaml")
	report, _, errs := planOf(t, accountOf111122223333+"  defaults: {tags: {cost-center: \"42\"}}\n")
	p := item(t, report, "ECSRole", "checkout")
	if p.AffectedBy != "AWSAccount default" || len(p.Operations) != 1 || p.Operations[0].Action != "iam:TagRole" {
		t.Errorf("%+v\n%s", p, errs)
	}
}

func TestAnAccountThatChangesNothingIsSaidToChangeNothing(t *testing.T) {
	newTestCluster(t)
	sim := newTestAccount(t)
	report, code, errs := planOf(t, accountOf111122223333, "--detailed-exitcode")
	if code != 0 || report.Kind != "PlanReport" || len(report.Items) > 0 || len(sim.Calls()) > 0 ||
		!strings.Contains(errs, "AWSAccount default changes nothing") {
		t.Errorf("exit code %d, %+v\n%s", code, report, errs)
	}
}

func TestWhoeverMayNotReadTheAccountsLearnsThatANewObjectHasNoPlanYet(t *testing.T) {
	newTestCluster(t, "awsaccounts")
	newTestAccount(t)
	report, code, errs := planOf(t, accountOf111122223333+`---
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: fresh, namespace: shop}
spec: {type: Task}
`)
	p := item(t, report, "ECSRole", "fresh")
	if code != 1 || len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "its status has no plan") ||
		!strings.Contains(errs, "the AWSAccounts of the cluster may not be read") {
		t.Errorf("exit code %d, %+v\n%s", code, p, errs)
	}
}

func TestWhoeverMayNotReadTheAccountsLearnsThatTheChangeOfOneHasNoPlan(t *testing.T) {
	newTestCluster(t, "awsaccounts")
	newTestAccount(t)
	_, code, errs := planOf(t, accountOf111122223333)
	if code != 1 || !strings.Contains(errs, "the AWSAccounts of the cluster may not be read") ||
		!strings.Contains(errs, "so that the change of one has no plan") || strings.Contains(errs, "changes nothing") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
