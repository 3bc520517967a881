// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreateRole sends path, trust policy, description, session, boundary and tags in one call, so that there is no
// moment at which the role exists without its boundary or its owner.
func (a *Account) CreateRole(ctx context.Context, role iam.Role) (arn, id string, err error) {
	in := &sdk.CreateRoleInput{
		RoleName: aws.String(role.Name), AssumeRolePolicyDocument: aws.String(role.Trust),
		Path: optional(role.Path), Description: optional(role.Description),
		PermissionsBoundary: optional(role.Boundary), Tags: tagList(role.Tags),
	}
	if role.MaxSessionSeconds != 0 {
		in.MaxSessionDuration = aws.Int32(role.MaxSessionSeconds)
	}
	out, err := a.iam.CreateRole(ctx, in, once)
	if err != nil {
		return "", "", classified(ctx, err)
	}
	if out.Role == nil {
		return "", "", nil
	}
	return aws.ToString(out.Role.Arn), aws.ToString(out.Role.RoleId), nil
}

// UpdateRole always sends the description: the empty one clears it.
func (a *Account) UpdateRole(ctx context.Context, name, description string, maxSessionSeconds int32) error {
	in := &sdk.UpdateRoleInput{RoleName: aws.String(name), Description: aws.String(description)}
	if maxSessionSeconds != 0 {
		in.MaxSessionDuration = aws.Int32(maxSessionSeconds)
	}
	_, err := a.iam.UpdateRole(ctx, in)
	return classified(ctx, err)
}

// UpdateAssumeRolePolicy implements iam.RoleWriter.
func (a *Account) UpdateAssumeRolePolicy(ctx context.Context, name, document string) error {
	_, err := a.iam.UpdateAssumeRolePolicy(ctx,
		&sdk.UpdateAssumeRolePolicyInput{RoleName: aws.String(name), PolicyDocument: aws.String(document)})
	return classified(ctx, err)
}

// PutRolePermissionsBoundary implements iam.RoleWriter.
func (a *Account) PutRolePermissionsBoundary(ctx context.Context, name, arn string) error {
	_, err := a.iam.PutRolePermissionsBoundary(ctx,
		&sdk.PutRolePermissionsBoundaryInput{RoleName: aws.String(name), PermissionsBoundary: aws.String(arn)})
	return classified(ctx, err)
}

// DeleteRolePermissionsBoundary implements iam.RoleWriter.
func (a *Account) DeleteRolePermissionsBoundary(ctx context.Context, name string) error {
	_, err := a.iam.DeleteRolePermissionsBoundary(ctx,
		&sdk.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(name)})
	return classified(ctx, err)
}

// TagRole implements iam.RoleWriter.
func (a *Account) TagRole(ctx context.Context, name string, tags map[string]string) error {
	_, err := a.iam.TagRole(ctx, &sdk.TagRoleInput{RoleName: aws.String(name), Tags: tagList(tags)})
	return classified(ctx, err)
}

// UntagRole implements iam.RoleWriter.
func (a *Account) UntagRole(ctx context.Context, name string, keys []string) error {
	_, err := a.iam.UntagRole(ctx, &sdk.UntagRoleInput{RoleName: aws.String(name), TagKeys: keys})
	return classified(ctx, err)
}

// PutRolePolicy implements iam.RoleWriter.
func (a *Account) PutRolePolicy(ctx context.Context, name, policy, document string) error {
	_, err := a.iam.PutRolePolicy(ctx, &sdk.PutRolePolicyInput{
		RoleName: aws.String(name), PolicyName: aws.String(policy), PolicyDocument: aws.String(document),
	})
	return classified(ctx, err)
}

// DeleteRolePolicy implements iam.RoleWriter.
func (a *Account) DeleteRolePolicy(ctx context.Context, name, policy string) error {
	_, err := a.iam.DeleteRolePolicy(ctx,
		&sdk.DeleteRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(policy)})
	return classified(ctx, err)
}

// AttachRolePolicy implements iam.RoleWriter.
func (a *Account) AttachRolePolicy(ctx context.Context, name, arn string) error {
	_, err := a.iam.AttachRolePolicy(ctx,
		&sdk.AttachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}

// DetachRolePolicy implements iam.RoleWriter.
func (a *Account) DetachRolePolicy(ctx context.Context, name, arn string) error {
	_, err := a.iam.DetachRolePolicy(ctx,
		&sdk.DetachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}

// DeleteRole implements iam.RoleWriter.
func (a *Account) DeleteRole(ctx context.Context, name string) error {
	_, err := a.iam.DeleteRole(ctx, &sdk.DeleteRoleInput{RoleName: aws.String(name)})
	return classified(ctx, err)
}

// optional is nil for the empty string: IAM refuses an empty path or ARN.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// tagList is in the order of the keys, so that equal calls are equal on the wire.
func tagList(tags map[string]string) []types.Tag {
	list := make([]types.Tag, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return list
}
