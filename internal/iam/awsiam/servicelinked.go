// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// ObserveBareRole implements iam.ServiceLinkedReader.
func (a *Account) ObserveBareRole(ctx context.Context, name string) (iam.Observation, error) {
	seen := iam.Observation{BegunAt: a.clock.Now()}
	out, err := a.iam.GetRole(startingPass(ctx), &sdk.GetRoleInput{RoleName: aws.String(name)})
	if err = classified(ctx, err); err != nil {
		return seen, ignoreNotFound(err)
	}
	role, err := roleOf(out.Role, name)
	if err != nil {
		return seen, err
	}
	role.Trust, role.MaxSessionSeconds = "", 0
	seen.Role, seen.Use = role, useOf(out.Role.CreateDate, out.Role.RoleLastUsed)
	return seen, nil
}

// CreateServiceLinkedRole implements iam.ServiceLinkedWriter. The call takes no tags.
func (a *Account) CreateServiceLinkedRole(ctx context.Context, service, description string) (iam.Role, error) {
	out, err := a.iam.CreateServiceLinkedRole(ctx, &sdk.CreateServiceLinkedRoleInput{
		AWSServiceName: aws.String(service), Description: optional(description),
	}, once)
	if err != nil {
		return iam.Role{}, classified(ctx, err)
	}
	if out.Role == nil {
		return iam.Role{}, emptyReply("iam:CreateServiceLinkedRole")
	}
	return iam.Role{
		Name: aws.ToString(out.Role.RoleName), Path: aws.ToString(out.Role.Path), ARN: aws.ToString(out.Role.Arn),
		ID: aws.ToString(out.Role.RoleId), Description: aws.ToString(out.Role.Description),
	}, nil
}

// DeleteServiceLinkedRole implements iam.ServiceLinkedWriter.
func (a *Account) DeleteServiceLinkedRole(ctx context.Context, name string) (string, error) {
	out, err := a.iam.DeleteServiceLinkedRole(ctx, &sdk.DeleteServiceLinkedRoleInput{RoleName: aws.String(name)})
	if err != nil {
		return "", classified(ctx, err)
	}
	if aws.ToString(out.DeletionTaskId) == "" {
		return "", emptyReply("iam:DeleteServiceLinkedRole")
	}
	return *out.DeletionTaskId, nil
}

// ServiceLinkedRoleDeletion implements iam.ServiceLinkedReader.
func (a *Account) ServiceLinkedRoleDeletion(ctx context.Context, taskID string) (iam.Deletion, error) {
	out, err := a.iam.GetServiceLinkedRoleDeletionStatus(ctx,
		&sdk.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: aws.String(taskID)})
	if err != nil {
		return iam.Deletion{}, classified(ctx, err)
	}
	deletion := iam.Deletion{Status: iam.DeletionStatus(out.Status)}
	if out.Reason != nil {
		deletion.Reason = aws.ToString(out.Reason.Reason)
		for _, usage := range out.Reason.RoleUsageList {
			deletion.Usage = append(deletion.Usage,
				iam.RegionUsage{Region: aws.ToString(usage.Region), Resources: usage.Resources})
		}
	}
	return deletion, nil
}
