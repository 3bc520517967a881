// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreateInstanceProfile sends path and tags in one call. The role is added by AddRoleToInstanceProfile.
func (a *Account) CreateInstanceProfile(ctx context.Context, profile iam.InstanceProfile) (arn, id string, err error) {
	out, err := a.iam.CreateInstanceProfile(ctx, &sdk.CreateInstanceProfileInput{
		InstanceProfileName: aws.String(profile.Name), Path: optional(profile.Path), Tags: tagList(profile.Tags),
	}, once)
	if err != nil {
		return "", "", classified(ctx, err)
	}
	if out.InstanceProfile == nil {
		return "", "", nil
	}
	return aws.ToString(out.InstanceProfile.Arn), aws.ToString(out.InstanceProfile.InstanceProfileId), nil
}

// AddRoleToInstanceProfile implements iam.ProfileWriter.
func (a *Account) AddRoleToInstanceProfile(ctx context.Context, profile, role string) error {
	_, err := a.iam.AddRoleToInstanceProfile(ctx,
		&sdk.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String(profile), RoleName: aws.String(role)}, once)
	return classified(ctx, err)
}

// RemoveRoleFromInstanceProfile implements iam.ProfileWriter.
func (a *Account) RemoveRoleFromInstanceProfile(ctx context.Context, profile, role string) error {
	_, err := a.iam.RemoveRoleFromInstanceProfile(ctx,
		&sdk.RemoveRoleFromInstanceProfileInput{InstanceProfileName: aws.String(profile), RoleName: aws.String(role)})
	return classified(ctx, err)
}

// TagInstanceProfile implements iam.ProfileWriter.
func (a *Account) TagInstanceProfile(ctx context.Context, name string, tags map[string]string) error {
	_, err := a.iam.TagInstanceProfile(ctx,
		&sdk.TagInstanceProfileInput{InstanceProfileName: aws.String(name), Tags: tagList(tags)})
	return classified(ctx, err)
}

// UntagInstanceProfile implements iam.ProfileWriter.
func (a *Account) UntagInstanceProfile(ctx context.Context, name string, keys []string) error {
	_, err := a.iam.UntagInstanceProfile(ctx,
		&sdk.UntagInstanceProfileInput{InstanceProfileName: aws.String(name), TagKeys: keys})
	return classified(ctx, err)
}

// DeleteInstanceProfile implements iam.ProfileWriter.
func (a *Account) DeleteInstanceProfile(ctx context.Context, name string) error {
	_, err := a.iam.DeleteInstanceProfile(ctx, &sdk.DeleteInstanceProfileInput{InstanceProfileName: aws.String(name)})
	return classified(ctx, err)
}
