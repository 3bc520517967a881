// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

const taskTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"Service":"ecs-tasks.amazonaws.com","AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}`

// stage is a demonstration without a control plane, in an account with the people of the samples.
func stage(t *testing.T) (*demonstration, *strings.Builder) {
	t.Helper()
	var out strings.Builder
	sim := iamsim.New(iamsim.Options{AccountID: environment.AccountID}).Start()
	t.Cleanup(sim.Close)
	intruder := environment.IAM(sim, intruderKey)
	if err := environment.AddPeople(t.Context(), intruder); err != nil {
		t.Fatal(err)
	}
	return &demonstration{
		Environment: &environment.Environment{Console: console.To(&out), Sim: sim}, intruder: intruder,
	}, &out
}

func (d *demonstration) create(t *testing.T, name string, tags ...types.Tag) {
	t.Helper()
	_, err := d.intruder.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(taskTrust), Tags: tags,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARoleThatIsStillOursFailsTheDemo(t *testing.T) {
	for name, tags := range map[string][]types.Tag{
		"role forgotten of local/payments/checkout is still there": {{
			Key: aws.String(v1alpha1.TagOwner), Value: aws.String("local/payments/checkout"),
		}},
		"does not say whose it was": nil,
	} {
		d, _ := stage(t)
		d.create(t, "forgotten", tags...)
		if err := d.showLeft(t.Context()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want an error that says %q, got %v", name, err)
		}
	}
}

func TestAReleasedRoleIsShownAndRemovedByHand(t *testing.T) {
	d, out := stage(t)
	d.create(t, "kept", types.Tag{Key: aws.String(v1alpha1.TagReleased), Value: aws.String("local/payments/checkout")})
	_, err := d.intruder.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("kept"), PolicyName: aws.String(breakGlassName), PolicyDocument: aws.String(breakGlassPolicy),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.intruder.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
		RoleName: aws.String("kept"), PolicyArn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.showLeft(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !d.Sim.In(environment.AccountID).Empty() {
		t.Error("IAM is not empty")
	}
	if !strings.Contains(out.String(), "kept   ecsiam.dev/released   local/payments/checkout") {
		t.Errorf("the role is not shown:\n%s", out)
	}
}

func TestARetainedServiceLinkedRoleIsShownAndRemovedByHand(t *testing.T) {
	d, out := stage(t)
	for _, service := range []string{"ecs.amazonaws.com", "ecs-compute.amazonaws.com"} {
		_, err := d.intruder.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: &service})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.showLeft(t.Context())
	if want := "service-linked role AWSServiceRoleForECSCompute is still there"; err == nil || err.Error() != want {
		t.Fatalf("got error %v, want %s", err, want)
	}
	if err := d.removeServiceLinked(t.Context(), "AWSServiceRoleForECSCompute"); err != nil {
		t.Fatal(err)
	}
	if err := d.showLeft(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !d.Sim.In(environment.AccountID).Empty() {
		t.Error("IAM is not empty")
	}
	if !strings.Contains(out.String(), "AWSServiceRoleForECS   -     belongs to AWS") {
		t.Errorf("the role is not shown:\n%s", out)
	}
}

func TestARolePassesOnlyToTasksWhenEveryStatementIsBoundToThem(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/app"
	pass := func(service string, arns ...string) policy.Statement {
		return policy.Statement{
			Effect: policy.Allow, Actions: []string{passRole}, Resources: arns,
			Condition: policy.Condition{"StringEquals": {"iam:PassedToService": {service}}},
		}
	}
	unbound := pass("", arn)
	unbound.Condition = nil
	for name, test := range map[string]struct {
		statements []policy.Statement
		want       bool
	}{
		"nothing":                  {nil, false},
		"another role":             {[]policy.Statement{pass("ecs-tasks.amazonaws.com", arn+"2")}, false},
		"to tasks":                 {[]policy.Statement{pass("ecs-tasks.amazonaws.com", arn+"2", arn)}, true},
		"to another service":       {[]policy.Statement{pass("ec2.amazonaws.com", arn)}, false},
		"to tasks and to anything": {[]policy.Statement{pass("ecs-tasks.amazonaws.com", arn), unbound}, false},
	} {
		if got := passesOnlyToTasks(test.statements, arn); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestCallsAreCountedByActionWritesFirst(t *testing.T) {
	call := func(action string, write bool, code string) iamsim.Call {
		return iamsim.Call{Service: "iam", Action: action, Write: write, ErrorCode: code}
	}
	got := callRows([]iamsim.Call{
		call("GetRole", false, "NoSuchEntity"), call("CreateRole", true, ""), call("GetRole", false, ""),
		call("AttachRolePolicy", true, "Throttling"), call("AttachRolePolicy", true, "LimitExceeded"),
	})
	want := [][]string{
		{"AttachRolePolicy", "2", "write", "1 LimitExceeded, 1 Throttling"},
		{"CreateRole", "1", "write", ""},
		{"GetRole", "2", "read", "1 NoSuchEntity"},
		{"all", "5", "3 writes", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestTheIntrudersCallsAreNotTheControllers(t *testing.T) {
	d, _ := stage(t)
	d.create(t, "any")
	if calls := d.takeCalls(); len(calls) != 0 {
		t.Errorf("got %v", iamsim.ActionNames(calls))
	}
}

func TestARoleIsAsDeclaredWhenItsDocumentsMeanTheSame(t *testing.T) {
	role := func(trust string, inline map[string]string, attached ...string) roleState {
		t.Helper()
		state, err := stateOf(iamsim.Role{
			Identity: iamsim.Identity{
				Entity: iamsim.Entity{Name: "r"}, InlinePolicies: inline, AttachedPolicies: attached,
			},
			TrustPolicy: trust,
		})
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	declared := role(taskTrust, map[string]string{"a": breakGlassPolicy}, "arn:aws:iam::aws:policy/B", "arn:aws:iam::aws:policy/A")
	for name, test := range map[string]struct {
		other roleState
		want  string // part of the difference; empty for none
	}{
		"in another order": {role(strings.ReplaceAll(taskTrust, `"sts:AssumeRole"`, `["sts:AssumeRole"]`),
			map[string]string{"a": breakGlassPolicy}, "arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"), ""},
		"a policy is detached":     {role(taskTrust, map[string]string{"a": breakGlassPolicy}, "arn:aws:iam::aws:policy/A"), "attached"},
		"an inline policy is new":  {role(taskTrust, map[string]string{"a": breakGlassPolicy, "b": breakGlassPolicy}, declared.attached...), "inline policy b"},
		"an inline policy is gone": {role(taskTrust, nil, declared.attached...), "inline policy a"},
		"the trust is another":     {role(openTrust, map[string]string{"a": breakGlassPolicy}, declared.attached...), "trust policy"},
	} {
		got := declared.difference(test.other)
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if got, want := fmt.Sprint(trusted(declared.trust)), "[111122223333:root ecs-tasks.amazonaws.com]"; got != want {
		t.Errorf("trusted: got %s, want %s", got, want)
	}
}

func TestTheSamplesHoldWhatTheDemoShows(t *testing.T) {
	samples, err := environment.ReadSamples("../../../config/samples")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, sample := range samples {
		declared[view.Name(sample)] = true
	}
	shown := []*unstructured.Unstructured{
		view.New(v1alpha1.KindECSRole, victimNamespace, victimName),
		view.New(v1alpha1.KindECSRole, victimNamespace, passerName),
		view.New(v1alpha1.KindECSPolicy, victimNamespace, policyName),
	}
	for _, passed := range passedNames {
		shown = append(shown, view.New(v1alpha1.KindECSRole, victimNamespace, passed))
	}
	for _, object := range shown {
		if !declared[view.Name(object)] {
			t.Errorf("%s is not among the samples", view.Name(object))
		}
	}
}

func TestAnAlertLeadsToTheCommandsOfItsSectionForItsObject(t *testing.T) {
	const page = "\n## Other\n```sh\nkubectl other\n```\n## AWS denies calls\nSee:\n```sh\nkubectl describe ecsrole NAME -n NAMESPACE\n" +
		"kubectl -n ecs-iam-system logs x\nkubectl get a -o custom-columns='NAME:.x'\n```\n"
	const rules = "- alert: Other\n  x: docs/runbook.md#other\n- alert: Denied\n  x: docs/runbook.md#aws-denies-calls\n"
	got := commandsOf(page, anchorOf(rules, "Denied"), view.New(v1alpha1.KindECSRole, "payments", "checkout"))
	want := []string{"kubectl describe ecsrole checkout -n payments", "kubectl get a -o custom-columns='NAME:.x'"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestEachWalkBeginsAtAnAlertWithCommands(t *testing.T) {
	d := &demonstration{Environment: &environment.Environment{Options: environment.Options{Root: "../../.."}}}
	for _, w := range walks() {
		if _, err := d.commandsFor(w); err != nil {
			t.Errorf("%s: %v", w.alert, err)
		}
	}
}

func TestThePageOfInstallingShowsWhatTheSmokeTestPrints(t *testing.T) {
	const printed = "ok  AWSAccount default is Ready\nok  ECSRole ecs-samples/ecsiam-smoke is Ready\n" +
		"ok  it is the role ecs-samples_ecsiam-smoke in AWS\nok  it is gone again\n"
	page, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(smokePage)))
	if err != nil {
		t.Fatal(err)
	}
	if err := printsWhatThePageShows(printed, string(page)); err != nil {
		t.Error(err)
	}
	if err := printsWhatThePageShows(printed+"more\n", string(page)); err == nil {
		t.Error("another output is taken for that of the page")
	}
}
