// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// found are the codes for the spec of a rule's example, errors of Build left aside.
func found(t *testing.T, spec string) map[v1alpha1.WarningCode]authz.Severity {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: "shop", Name: "example"}
	codes := map[v1alpha1.WarningCode]authz.Severity{}
	var findings []desired.Finding
	if strings.Contains(spec, "type: ") {
		role := &v1alpha1.ECSRole{ObjectMeta: meta}
		if err := yaml.UnmarshalStrict([]byte(spec), &role.Spec); err != nil {
			t.Fatal(err)
		}
		in := desired.Inputs{Role: role, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "c"}
		built, err := desired.Build(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range built.Warnings {
			codes[w.Code] = authz.Warning
		}
		findings = desired.Findings(in)
	} else {
		object := &v1alpha1.ECSPolicy{ObjectMeta: meta}
		if err := yaml.UnmarshalStrict([]byte(spec), &object.Spec); err != nil {
			t.Fatal(err)
		}
		findings = desired.PolicyFindings(desired.PolicyInputs{
			Policy: object, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "c",
		})
	}
	for _, f := range findings {
		codes[f.Code] = f.Severity
	}
	return codes
}

// An object may be as large as a megabyte. What comes of holding each of its patterns against everything would keep a
// worker for minutes, and the webhook as well.
func TestADocumentFarBeyondWhatIAMTakesIsRefusedForItsSizeAndLookedThroughNoFurther(t *testing.T) {
	for name, test := range map[string]struct {
		actions int
		checked bool
	}{"somewhat too long": {600, true}, "far too long": {3000, false}} {
		statement := v1alpha1.Statement{Effect: v1alpha1.EffectAllow, Resources: []v1alpha1.ResourcePattern{"*"}}
		for i := range test.actions {
			statement.Actions = append(statement.Actions, v1alpha1.Action(fmt.Sprintf("ecs:NoSuchAction%d", i)))
		}
		role := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "example"}}
		role.Spec.Type, role.Spec.Statements = v1alpha1.RoleTypeTask, []v1alpha1.Statement{statement}
		object := &v1alpha1.ECSPolicy{ObjectMeta: role.ObjectMeta}
		object.Spec.Statements = role.Spec.Statements
		in := desired.Inputs{Role: role, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "c"}
		_, err := desired.Build(in)
		if err == nil || !strings.Contains(err.Error(), "counted characters, IAM's limit is") {
			t.Errorf("%s: got error %v", name, err)
		}
		ofPolicy := desired.PolicyFindings(desired.PolicyInputs{
			Policy: object, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "c",
		})
		for _, findings := range [][]desired.Finding{desired.Findings(in), ofPolicy} {
			if checked := len(findings) > 0; checked != test.checked {
				t.Errorf("%s: %d findings", name, len(findings))
			}
		}
		role.Spec.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
			Effect: v1alpha1.EffectAllow, Actions: statement.Actions,
			Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"*"}},
		}}}
		in.Quotas.TrustPolicySize = 0 // not known
		if _, err := desired.Build(in); !test.checked && !strings.Contains(err.Error(), "more than any account's quota") {
			t.Errorf("%s: got error %v", name, err)
		}
		if n := len(desired.DeclaredStatements(in).Statements); n != 0 {
			t.Errorf("%s: %d statements are judged beside those of a policy although IAM never takes them", name, n)
		}
	}
}

func TestEachRuleFindsItsExampleAndNothingInItsCorrection(t *testing.T) {
	for _, rule := range authz.Rules() {
		t.Run(string(rule.Code), func(t *testing.T) {
			want := map[v1alpha1.WarningCode]authz.Severity{rule.Code: rule.Severity}
			if diff := cmp.Diff(want, found(t, rule.Wrong)); diff != "" {
				t.Errorf("the example (-want +found):\n%s", diff)
			}
			if codes := found(t, rule.Right); len(codes) > 0 {
				t.Errorf("the correction has %v", codes)
			}
		})
	}
}

func TestFindingsNameTheFieldOfTheObject(t *testing.T) {
	role := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
	spec := `{type: Task, grants: {execCommand: {mode: Enabled}}, statements: [
	  {effect: Allow, actions: ["ecs:RunTask", "ecs:DescribeCluster"], resources: ["*"],
	   condition: {StringEquals: {"ecs:clusters": [x]}}}],
	  trust: {additionalStatements: [
	    {effect: Allow, principals: {services: [lambda.amazonaws.com]}, actions: ["sts:AssumeRol"]}]}}`
	if err := yaml.UnmarshalStrict([]byte(spec), &role.Spec); err != nil {
		t.Fatal(err)
	}
	built, err := desired.Build(desired.Inputs{
		Role: role, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "c",
	})
	if err != nil {
		t.Fatal(err)
	}
	fields := make([]string, len(built.Findings))
	for i, f := range built.Findings {
		fields[i] = f.Field + " " + string(f.Code)
	}
	slices.Sort(fields)
	want := []string{
		"spec.statements[0].actions[1] UnknownAction",
		"spec.statements[0].condition[StringEquals][ecs:clusters] UnusedConditionKey",
		"spec.trust.additionalStatements[0].actions[0] UnknownAction",
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

// The data of the binary is older than what AWS may have added yesterday.
func TestAnActionThatIsNotKnownStopsNoRole(t *testing.T) {
	role := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
	role.Spec.Type = v1alpha1.RoleTypeTask
	role.Spec.Statements = []v1alpha1.Statement{{
		Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"ecs:ActionOfTomorrow"},
		Resources: []v1alpha1.ResourcePattern{"*"},
	}}
	built, err := desired.Build(desired.Inputs{
		Role: role, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "c",
	})
	if err != nil {
		t.Fatalf("the role is refused: %v", err)
	}
	if w := desired.Warnings(built.Findings); len(w) != 1 || w[0].Code != v1alpha1.WarningUnknownAction ||
		w[0].Message != "ecs has no action ActionOfTomorrow" {
		t.Errorf("warnings: %+v", w)
	}
}
