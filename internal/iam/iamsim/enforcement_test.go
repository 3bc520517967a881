// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	hub    = "111122223333"
	member = "444455556666"
)

// controllerPolicy confines a session to its namespace by name and tags, as the policy of a member account does.
const controllerPolicy = `{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Action":["iam:CreateRole","iam:TagRole"],
  "Resource":"arn:aws:iam::444455556666:role/ecs/${aws:PrincipalTag/ecsiam-namespace}_*",
  "Condition":{"StringLike":{"aws:RequestTag/ecsiam.dev/owner":"c/${aws:PrincipalTag/ecsiam-namespace}/*"}}},
 {"Effect":"Allow","Action":["iam:PutRolePolicy","iam:DeleteRole","iam:UntagRole"],"Resource":"*",
  "Condition":{"StringLike":{"aws:ResourceTag/ecsiam.dev/owner":"c/${aws:PrincipalTag/ecsiam-namespace}/*"},
   "StringNotEqualsIfExists":{"iam:PermissionsBoundary":"arn:aws:iam::444455556666:policy/open"},
   "ForAllValues:StringNotEquals":{"aws:TagKeys":["ecsiam.dev/owner"]}}},
 {"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"*",
  "Condition":{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/*ReadOnlyAccess"}}},
 {"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*",
  "Condition":{"StringEquals":{"iam:AWSServiceName":"ecs.amazonaws.com"}}},
 {"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}},
 {"Effect":"Allow","Action":["iam:CreateInstanceProfile","iam:AddRoleToInstanceProfile","iam:Get*","iam:List*"],"Resource":"*"}]}`

// twoAccounts is a hub whose credentials may do everything and a member with the controller's role.
func twoAccounts(t *testing.T, options iamsim.Options) *iamsim.Sim {
	t.Helper()
	sim := start(t, options)
	sim.AddAccount(member)
	trusting := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + hub + `"},` +
		`"Action":["sts:AssumeRole","sts:TagSession"],` +
		`"Condition":{"StringEquals":{"sts:ExternalId":"id"},"StringLike":{"aws:RequestTag/ecsiam-cluster":"c"}}}]}`
	c := iam.NewFromConfig(config(sim, member))
	_, err := c.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("controller"), AssumeRolePolicyDocument: aws.String(trusting),
	})
	wantCode(t, err, "")
	_, err = c.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("controller"), PolicyName: aws.String("p"), PolicyDocument: aws.String(controllerPolicy),
	})
	wantCode(t, err, "")
	sim.SetPolicyEnforcement(true)
	return sim
}

// assume is the controller's role in the member account with the tags of a namespace.
func assume(t *testing.T, sim *iamsim.Sim, namespace string, changes ...func(*sts.AssumeRoleInput)) (aws.Config, error) {
	t.Helper()
	input := &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + member + ":role/controller"), RoleSessionName: aws.String("session"),
		ExternalId: aws.String("id"), Tags: []ststypes.Tag{
			{Key: aws.String("ecsiam-cluster"), Value: aws.String("c")},
			{Key: aws.String("ecsiam-namespace"), Value: aws.String(namespace)},
		},
	}
	for _, change := range changes {
		change(input)
	}
	out, err := sts.NewFromConfig(config(sim, hub)).AssumeRole(t.Context(), input)
	if err != nil {
		return aws.Config{}, err
	}
	cfg := config(sim, "")
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*out.Credentials.AccessKeyId,
		*out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	return cfg, nil
}

func ownedRole(t *testing.T, c *iam.Client, name, owner string) error {
	t.Helper()
	_, err := c.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String(name), Path: aws.String("/ecs/"), AssumeRolePolicyDocument: aws.String(trust),
		Tags: []types.Tag{{Key: aws.String("ecsiam.dev/owner"), Value: aws.String(owner)}},
	})
	return err
}

func TestASessionIsConfinedToItsNamespaceByNameAndTag(t *testing.T) {
	sim := twoAccounts(t, iamsim.Options{})
	cfg, err := assume(t, sim, "pay")
	wantCode(t, err, "")
	c := iam.NewFromConfig(cfg)
	wantCode(t, ownedRole(t, c, "pay_app", "c/pay/app"), "")
	wantCode(t, ownedRole(t, c, "web_app", "c/pay/app"), "AccessDenied")
	wantCode(t, ownedRole(t, c, "pay_other", "c/web/app"), "AccessDenied")
	put := func(c *iam.Client, role string) error {
		_, err := c.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
			RoleName: aws.String(role), PolicyName: aws.String("p"), PolicyDocument: aws.String(readConfig),
		})
		return err
	}
	wantCode(t, put(c, "pay_app"), "")
	other, err := assume(t, sim, "web")
	wantCode(t, err, "")
	err = put(iam.NewFromConfig(other), "pay_app")
	wantCode(t, err, "AccessDenied")
	for _, text := range []string{
		"User: arn:aws:sts::444455556666:assumed-role/controller/session is not authorized to perform: iam:PutRolePolicy",
		"on resource: arn:aws:iam::444455556666:role/ecs/pay_app because no identity-based policy allows",
	} {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("got %v, want it to hold %q", err, text)
		}
	}
}

func TestTheConditionKeysOfIAMAreJudged(t *testing.T) {
	sim := twoAccounts(t, iamsim.Options{})
	cfg, err := assume(t, sim, "pay")
	wantCode(t, err, "")
	c := iam.NewFromConfig(cfg)
	wantCode(t, ownedRole(t, c, "pay_app", "c/pay/app"), "")
	attach := func(policy string) error {
		_, err := c.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
			RoleName: aws.String("pay_app"), PolicyArn: aws.String("arn:aws:iam::aws:policy/" + policy),
		})
		return err
	}
	wantCode(t, attach("AmazonS3ReadOnlyAccess"), "")
	wantCode(t, attach("AdministratorAccess"), "AccessDenied")
	_, err = c.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("ecs.amazonaws.com")})
	wantCode(t, err, "")
	_, err = c.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("spot.amazonaws.com")})
	wantCode(t, err, "AccessDenied")
	_, err = c.UntagRole(t.Context(), &iam.UntagRoleInput{RoleName: aws.String("pay_app"), TagKeys: []string{"ecsiam.dev/owner"}})
	wantCode(t, err, "AccessDenied")
	_, err = c.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("pay_app")})
	wantCode(t, err, "")
	_, err = c.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: aws.String("pay_app"), RoleName: aws.String("pay_app"),
	})
	wantCode(t, err, "")
	boundRole(t, sim, "pay_app", "open")
	_, err = c.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("pay_app"), PolicyName: aws.String("p"), PolicyDocument: aws.String(readConfig),
	})
	wantCode(t, err, "AccessDenied")
}

// boundRole gives a role of the member account a new policy as its boundary.
func boundRole(t *testing.T, sim *iamsim.Sim, role, policy string) {
	t.Helper()
	c := iam.NewFromConfig(config(sim, member))
	made, err := c.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String(policy), PolicyDocument: aws.String(readConfig),
	})
	wantCode(t, err, "")
	_, err = c.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{
		RoleName: aws.String(role), PermissionsBoundary: made.Policy.Arn,
	})
	wantCode(t, err, "")
}

func TestABoundaryAndASessionPolicyLimitASession(t *testing.T) {
	sim := twoAccounts(t, iamsim.Options{})
	reads := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetRole","Resource":"*"}]}`
	cfg, err := assume(t, sim, "pay", func(in *sts.AssumeRoleInput) { in.Policy = aws.String(reads) })
	wantCode(t, err, "")
	_, err = getRole(t, iam.NewFromConfig(cfg), "controller")
	wantCode(t, err, "")
	err = ownedRole(t, iam.NewFromConfig(cfg), "pay_app", "c/pay/app")
	wantCode(t, err, "AccessDenied")
	if !strings.Contains(err.Error(), "no session policy allows") {
		t.Errorf("got %v, want the session policy blamed", err)
	}
	boundRole(t, sim, "controller", "narrow")
	cfg, err = assume(t, sim, "pay")
	wantCode(t, err, "")
	err = ownedRole(t, iam.NewFromConfig(cfg), "pay_app", "c/pay/app")
	wantCode(t, err, "AccessDenied")
	if !strings.Contains(err.Error(), "no permissions boundary allows") {
		t.Errorf("got %v, want the boundary blamed", err)
	}
}

func TestAMemberAccountAsksForExternalIDAndClusterTag(t *testing.T) {
	sim := twoAccounts(t, iamsim.Options{})
	_, err := assume(t, sim, "pay", func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("other") })
	wantCode(t, err, "AccessDenied")
	_, err = assume(t, sim, "pay", func(in *sts.AssumeRoleInput) { in.Tags = in.Tags[1:] })
	wantCode(t, err, "AccessDenied")
}

func TestCredentialsOfASessionExpire(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(time.Unix(1_800_000_000, 0))
	sim := twoAccounts(t, iamsim.Options{Clock: clock})
	cfg, err := assume(t, sim, "pay", func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(900) })
	wantCode(t, err, "")
	_, err = getRole(t, iam.NewFromConfig(cfg), "controller")
	wantCode(t, err, "")
	clock.SetTime(clock.Now().Add(901 * time.Second))
	_, err = getRole(t, iam.NewFromConfig(cfg), "controller")
	wantCode(t, err, "ExpiredToken")
}

func TestWithoutEnforcementASessionMayDoEverything(t *testing.T) {
	sim := twoAccounts(t, iamsim.Options{})
	sim.SetPolicyEnforcement(false)
	cfg, err := assume(t, sim, "pay")
	wantCode(t, err, "")
	wantCode(t, ownedRole(t, iam.NewFromConfig(cfg), "web_app", "c/web/app"), "")
}

func TestTheLastUseOfARoleIsShownAsItWasSet(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	createRole(t, c, "r")
	used := iamsim.LastUsed{Time: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), Region: "eu-west-1"}
	if !sim.In(sim.AccountID()).SetRoleLastUsed("r", &used) {
		t.Fatal("the role is not there")
	}
	out, err := getRole(t, c, "r")
	wantCode(t, err, "")
	got := out.Role.RoleLastUsed
	if got == nil || !aws.ToTime(got.LastUsedDate).Equal(used.Time) || aws.ToString(got.Region) != used.Region {
		t.Errorf("got %v, want %v", got, used)
	}
}
