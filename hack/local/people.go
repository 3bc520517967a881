// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// The user and the group that config/samples/ecspolicy_full.yaml attaches its policy to. An account has its people
// already; the simulator begins without any.
const (
	sampleUser  = "ci-ecs-samples"
	sampleGroup = "developers"
)

// addPeople creates the user and the group.
func addPeople(ctx context.Context, endpoint string) error {
	c := newIntruder(endpoint)
	if _, err := c.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(sampleUser)}); err != nil {
		return fmt.Errorf("creating user %s: %w", sampleUser, err)
	}
	if _, err := c.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String(sampleGroup)}); err != nil {
		return fmt.Errorf("creating group %s: %w", sampleGroup, err)
	}
	return nil
}

// removePeople deletes them, which IAM allows only when no policy is attached any more.
func removePeople(ctx context.Context, endpoint string) error {
	c := newIntruder(endpoint)
	if _, err := c.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String(sampleUser)}); err != nil {
		return fmt.Errorf("deleting user %s: %w", sampleUser, err)
	}
	if _, err := c.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String(sampleGroup)}); err != nil {
		return fmt.Errorf("deleting group %s: %w", sampleGroup, err)
	}
	return nil
}
