// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func describe(t *testing.T, c *iam.Client, text string) {
	t.Helper()
	_, err := c.UpdateRole(t.Context(), &iam.UpdateRoleInput{RoleName: aws.String("r"), Description: aws.String(text)})
	if err != nil {
		t.Fatalf("describing the role: %v", err)
	}
}

func description(t *testing.T, c *iam.Client) string {
	t.Helper()
	out, err := getRole(t, c, "r")
	if err != nil {
		return code(err)
	}
	return aws.ToString(out.Role.Description)
}

func TestReadsShowTheStateBeforeAWriteForTheLag(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(time.Unix(1_800_000_000, 0))
	sim := start(t, iamsim.Options{Clock: clock})
	sim.SetConsistencyLag(iamsim.Lag{Duration: 10 * time.Second})
	c := client(sim)
	createRole(t, c, "r")
	clock.SetTime(clock.Now().Add(4 * time.Second))
	describe(t, c, "first")
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, "NoSuchEntity"},
		{5 * time.Second, "NoSuchEntity"},
		{time.Second, ""},
		{3 * time.Second, ""},
		{time.Second, "first"},
	} {
		clock.SetTime(clock.Now().Add(step.after))
		if got := description(t, c); got != step.want {
			t.Errorf("at %s got %q, want %q", clock.Now().UTC().Format("05s"), got, step.want)
		}
	}
}

func TestReadsShowTheStateBeforeAWriteForANumberOfReads(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	createRole(t, c, "r")
	sim.SetConsistencyLag(iamsim.Lag{Reads: 2})
	describe(t, c, "new")
	for i, want := range []string{"", "", "new"} {
		if got := description(t, c); got != want {
			t.Errorf("read %d got %q, want %q", i+1, got, want)
		}
	}
}

func TestWritesAreJudgedByTheNewestStateUnlessTheLagIsForThemToo(t *testing.T) {
	for name, test := range map[string]struct {
		lag  iamsim.Lag
		want string
	}{
		"newest state":  {iamsim.Lag{Reads: 100}, ""},
		"visible state": {iamsim.Lag{Reads: 100, Writes: true}, "NoSuchEntity"},
	} {
		t.Run(name, func(t *testing.T) {
			sim := start(t, iamsim.Options{})
			sim.SetConsistencyLag(test.lag)
			c := client(sim)
			createRole(t, c, "r")
			_, err := c.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
				RoleName: aws.String("r"), PolicyName: aws.String("p"), PolicyDocument: aws.String(readConfig),
			})
			wantCode(t, err, test.want)
			_, err = tryCreateRole(t, c, "r")
			wantCode(t, err, "EntityAlreadyExists")
		})
	}
}

func TestAPrincipalIsInvalidWhileItsCreationIsNotVisible(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	createRole(t, c, "r")
	sim.SetConsistencyLag(iamsim.Lag{Reads: 1, Writes: true})
	arn := createRole(t, c, "trusted")
	update := func() error {
		_, err := c.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
			RoleName: aws.String("r"), PolicyDocument: aws.String(strings.Replace(trust, `"Service":"ecs-tasks.amazonaws.com"`, `"AWS":"`+arn+`"`, 1)),
		})
		return err
	}
	wantCode(t, update(), "MalformedPolicyDocument")
	_, _ = getRole(t, c, "r")
	wantCode(t, update(), "")
}

func TestADeletionConflictsWhileTheDetachmentIsNotVisible(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	createRole(t, c, "r")
	arn := aws.String("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
	_, err := c.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: arn})
	wantCode(t, err, "")
	sim.SetConsistencyLag(iamsim.Lag{Reads: 1, Writes: true})
	_, err = c.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: arn})
	wantCode(t, err, "")
	_, err = c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("r")})
	wantCode(t, err, "DeleteConflict")
	_, _ = getRole(t, c, "r")
	_, err = c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("r")})
	wantCode(t, err, "")
}

func TestEndingTheLagShowsTheNewestState(t *testing.T) {
	sim := start(t, iamsim.Options{})
	sim.SetConsistencyLag(iamsim.Lag{Reads: 1000})
	c := client(sim)
	createRole(t, c, "r")
	_, err := getRole(t, c, "r")
	wantCode(t, err, "NoSuchEntity")
	sim.SetConsistencyLag(iamsim.Lag{})
	_, err = getRole(t, c, "r")
	wantCode(t, err, "")
}
