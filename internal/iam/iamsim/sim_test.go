// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/awshttp"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

const readConfig = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`

// start serves a simulator for one test.
func start(t *testing.T, options iamsim.Options) *iamsim.Sim {
	t.Helper()
	sim := iamsim.New(options).Start()
	t.Cleanup(sim.Close)
	return sim
}

// config is how a client with an access key reaches the simulator; one attempt, so that a test sees every answer.
func config(sim *iamsim.Sim, accessKeyID string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(sim.URL()), RetryMaxAttempts: 1, HTTPClient: awshttp.New(nil),
		Credentials: credentials.NewStaticCredentialsProvider(accessKeyID, "secret", ""),
	}
}

func client(sim *iamsim.Sim) *iam.Client { return iam.NewFromConfig(config(sim, "key")) }

func createRole(t *testing.T, c *iam.Client, name string) string {
	t.Helper()
	out, err := tryCreateRole(t, c, name)
	if err != nil {
		t.Fatalf("creating role %s: %v", name, err)
	}
	return aws.ToString(out.Role.Arn)
}

func tryCreateRole(t *testing.T, c *iam.Client, name string) (*iam.CreateRoleOutput, error) {
	t.Helper()
	return c.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(trust),
	})
}

func getRole(t *testing.T, c *iam.Client, name string) (*iam.GetRoleOutput, error) {
	t.Helper()
	return c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
}

// code is the error code of an answer; empty for success.
func code(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("got the answer %q, want %q", got, want)
	}
}

func TestTheSameSeedGivesTheSameIDs(t *testing.T) {
	var ids []string
	for range 2 {
		sim := start(t, iamsim.Options{Seed: 7})
		createRole(t, client(sim), "r")
		role, _ := sim.Role("r")
		ids = append(ids, role.ID)
	}
	if ids[0] != ids[1] {
		t.Errorf("got the ids %v, want them equal", ids)
	}
}

func TestASnapshotShowsWhatTheAccountHoldsAndIsACopy(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	createRole(t, c, "r")
	_, err := c.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("r"), PolicyName: aws.String("p"), PolicyDocument: aws.String(readConfig),
	})
	wantCode(t, err, "")
	snapshot, ok := sim.Role("r")
	if !ok {
		t.Fatal("the role is not in the snapshot")
	}
	if diff := cmp.Diff(map[string]string{"p": readConfig}, snapshot.InlinePolicies); diff != "" {
		t.Errorf("inline policies differ (-want +got):\n%s", diff)
	}
	if snapshot.TrustPolicy != trust {
		t.Errorf("got the trust policy %s, want %s", snapshot.TrustPolicy, trust)
	}
	snapshot.InlinePolicies["p"] = "changed"
	if again, _ := sim.Role("r"); again.InlinePolicies["p"] != readConfig {
		t.Error("changing a snapshot changed the account")
	}
}

func TestAccountsAreSelectedByTheAccessKey(t *testing.T) {
	sim := start(t, iamsim.Options{AccountID: "111111111111", AccessKeys: map[string]string{"AKIAOTHER": "333333333333"}})
	for key, want := range map[string]string{
		"AKIAANY": "111111111111", "222222222222": "222222222222", "AKIAOTHER": "333333333333",
	} {
		out, err := sts.NewFromConfig(config(sim, key)).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		wantCode(t, err, "")
		if got := aws.ToString(out.Account); got != want {
			t.Errorf("got account %s for key %s, want %s", got, key, want)
		}
		createRole(t, iam.NewFromConfig(config(sim, key)), "r")
		if role, _ := sim.In(want).Role("r"); role.ARN != "arn:aws:iam::"+want+":role/r" {
			t.Errorf("got the role %q in account %s", role.ARN, want)
		}
	}
}

func TestEveryAWSManagedPolicyIsInThePartition(t *testing.T) {
	sim := start(t, iamsim.Options{Partition: "aws-us-gov"})
	c := client(sim)
	createRole(t, c, "r")
	for partition, want := range map[string]string{"aws-us-gov": "", "aws": "ValidationError"} {
		_, err := c.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
			RoleName:  aws.String("r"),
			PolicyArn: aws.String("arn:" + partition + ":iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
		})
		wantCode(t, err, want)
	}
}

func TestOnlyAWSGivesReservedTags(t *testing.T) {
	sim := start(t, iamsim.Options{})
	createRole(t, client(sim), "r")
	reserved := iamsim.Tag{Key: "aws:cloudformation:stack-name", Value: "stack"}
	if !sim.In(sim.AccountID()).SetRoleTags("r", reserved) {
		t.Fatal("the role was not found")
	}
	out, err := getRole(t, client(sim), "r")
	wantCode(t, err, "")
	if !slices.ContainsFunc(out.Role.Tags, func(tag types.Tag) bool { return aws.ToString(tag.Key) == reserved.Key }) {
		t.Errorf("got the tags %v, want %s among them", out.Role.Tags, reserved.Key)
	}
}
