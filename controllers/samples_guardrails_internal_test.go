// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestTheAccountsOfTheSamplesHaveRulesThatCanBeRead(t *testing.T) {
	files, err := filepath.Glob("../config/samples/awsaccount_*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		account := &v1alpha1.AWSAccount{}
		readSample(t, filepath.Base(file), account)
		if errs := guardrail.Check(&account.Spec); len(errs) > 0 {
			t.Errorf("%s: %v", file, errs.ToAggregate())
		}
	}
}

// A first user applies the samples, with the guardrails of the account among them in force.
func TestTheSamplesAreWithinTheGuardrailsOfTheirAccount(t *testing.T) {
	account := &v1alpha1.AWSAccount{}
	readSample(t, "awsaccount_minimal.yaml", account)
	if errs := guardrail.Check(&account.Spec); len(errs) > 0 {
		t.Fatal(errs.ToAggregate())
	}
	if g := account.Spec.Guardrails; g.Mode == v1alpha1.GuardrailModeUnrestricted {
		t.Fatal("the samples' account is unrestricted, so that the samples show nothing")
	}
	roles := sampleRoles(t)
	identity := iam.Identity{AccountID: account.Spec.AccountID, Partition: "aws"}
	own, refs := map[string]bool{}, map[string]desired.RoleRef{}
	inputs := func(role *v1alpha1.ECSRole) desired.Inputs {
		return desired.Inputs{
			Role: role, Account: account, AccountID: identity.AccountID, Partition: "aws", Region: "eu-west-1",
			ClusterID: "test", Quotas: iam.DefaultQuotas(), RoleRefs: refs,
		}
	}
	for _, role := range roles {
		arn := desired.RoleARN(inputs(role))
		own[arn], refs[role.Name] = true, desired.RoleRef{ARN: arn, Type: role.Spec.Type}
	}
	for file, role := range roles {
		t.Run(file, func(t *testing.T) {
			built, err := desired.Build(inputs(role))
			if err != nil {
				t.Fatal(err)
			}
			facts := &roleFacts{bounds: boundsOf(account, role.Namespace, identity, "eu-west-1"), ownRoles: ownRoles{among(own)}}
			want := wantedRole{role: built, guard: newGuardedRole(facts, inputs(role))}
			for _, v := range want.Judge(iam.Observation{Role: &built.Role}, documentsOfAWS()) {
				t.Error(v)
			}
		})
	}
}

// among knows the roles of some ARNs.
func among(own map[string]bool) func(arn string) (comes, named bool) {
	return func(arn string) (bool, bool) {
		comes, named := own[arn]
		return comes, named
	}
}

func documentsOfAWS() plan.Answers {
	answers := plan.Answers{}
	for arn, p := range catalogue.Policies("aws") {
		answers[plan.Question{Kind: plan.AskDocument, Subject: arn}] = plan.Answer{
			Policy: &iam.Policy{Document: p.Versions[0].Document},
		}
	}
	return answers
}

func sampleRoles(t *testing.T) map[string]*v1alpha1.ECSRole {
	t.Helper()
	files, err := filepath.Glob("../config/samples/ecsrole_*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	roles := map[string]*v1alpha1.ECSRole{}
	for _, file := range files {
		for _, document := range documentsIn(t, file) {
			role := &v1alpha1.ECSRole{}
			if err := yaml.Unmarshal([]byte(document), role); err != nil {
				t.Fatal(err)
			}
			if role.Kind == v1alpha1.KindECSRole && (role.Spec.AccountRef.Name == "" || role.Spec.AccountRef.Name == "default") {
				roles[filepath.Base(file)] = role
			}
		}
	}
	return roles
}

func readSample(t *testing.T, file string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(documentsIn(t, filepath.Join("..", "config", "samples", file))[0]), into); err != nil {
		t.Fatal(err)
	}
}

func documentsIn(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n---\n")
}
