// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestActionsThatIAMDoesNotJudgeTogetherAreAskedAboutOneByOne(t *testing.T) {
	sim := newSim(t)
	_, err := sdk.NewFromConfig(config(sim.URL())).CreateRole(t.Context(), &sdk.CreateRoleInput{
		RoleName: aws.String("app"), AssumeRolePolicyDocument: aws.String(trust),
	})
	if err != nil {
		t.Fatal(err)
	}
	sim.ResetCalls()
	for actions, calls := range map[string]int{"iam:GetRole iam:PutRolePolicy": 1, "iam:GetRole iam:GetPolicy iam:ListRoles": 4} {
		sim.ResetCalls()
		verdicts, err := newAccount(t, sim).Simulate(t.Context(), iam.Simulation{
			Principal: "arn:aws:iam::" + account + ":role/app", Actions: strings.Fields(actions), Resource: "*",
		})
		if err != nil || len(verdicts) != len(strings.Fields(actions)) {
			t.Errorf("%s: got %+v and error %v", actions, verdicts, err)
		}
		for _, v := range verdicts {
			if v.Allowed || v.Explicit || v.DeniedBy != iam.IdentityPolicy {
				t.Errorf("a role without policies: got %+v", v)
			}
		}
		if got := iamsim.CountByAction(sim.Calls())["SimulatePrincipalPolicy"]; got != calls {
			t.Errorf("%s: asked in %d calls, want %d", actions, got, calls)
		}
	}
}

func TestEveryReadOfThePolicyHasAProbeThatWritesNothingAndIsNoErrorInAnEmptyAccount(t *testing.T) {
	sim := newSim(t)
	reader := awsiam.New(awsiam.ReadOnly(config(sim.URL())), awsiam.Options{RateLimit: fast})
	actions, err := controllerpolicy.Actions()
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range actions {
		sim.ResetCalls()
		made, err := reader.Probe(t.Context(), action)
		reads := strings.HasPrefix(action, "iam:Get") || strings.HasPrefix(action, "iam:List")
		if err != nil || made != reads {
			t.Errorf("%s: made %t, error %v", action, made, err)
		}
		if called := iamsim.CountByAction(sim.Calls())[strings.TrimPrefix(action, "iam:")]; called > 1 || (called == 1) != reads {
			t.Errorf("%s: called %d times", action, called)
		}
	}
}
