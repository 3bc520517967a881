// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// The user and the group that config/samples/ecspolicy_full.yaml attaches its policy to. An account has its people
// already; the simulator begins without any.
const (
	SampleUser  = "ci.ecs-samples"
	SampleGroup = "developers"
)

// IAM is a client of the simulator. Its access key sets its calls apart in the log of calls.
func IAM(sim *iamsim.Sim, accessKey string) *iam.Client {
	return iam.New(iam.Options{
		Region:       region,
		BaseEndpoint: aws.String(sim.URL()),
		Credentials:  credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
}

// AddPeople creates the user and the group.
func AddPeople(ctx context.Context, c *iam.Client) error {
	if _, err := c.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(SampleUser)}); err != nil {
		return fmt.Errorf("creating user %s: %w", SampleUser, err)
	}
	if _, err := c.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String(SampleGroup)}); err != nil {
		return fmt.Errorf("creating group %s: %w", SampleGroup, err)
	}
	return nil
}

// RemovePeople deletes them, which IAM allows only when no policy is attached any more.
func RemovePeople(ctx context.Context, c *iam.Client) error {
	if _, err := c.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String(SampleUser)}); err != nil {
		return fmt.Errorf("deleting user %s: %w", SampleUser, err)
	}
	if _, err := c.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String(SampleGroup)}); err != nil {
		return fmt.Errorf("deleting group %s: %w", SampleGroup, err)
	}
	return nil
}
