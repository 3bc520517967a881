// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreatePolicy sends path, description, document and tags in one call, so that there is no moment at which the policy
// exists without its owner.
func (a *Account) CreatePolicy(ctx context.Context, policy iam.Policy) (arn, id, versionID string, err error) {
	out, err := a.iam.CreatePolicy(ctx, &sdk.CreatePolicyInput{
		PolicyName: aws.String(policy.Name), PolicyDocument: aws.String(policy.Document),
		Path: optional(policy.Path), Description: optional(policy.Description), Tags: tagList(policy.Tags),
	}, once)
	if err != nil {
		return "", "", "", classified(ctx, err)
	}
	if out.Policy == nil {
		return "", "", "", nil
	}
	return aws.ToString(out.Policy.Arn), aws.ToString(out.Policy.PolicyId),
		aws.ToString(out.Policy.DefaultVersionId), nil
}

// CreatePolicyVersion makes the new version the default in the same call. A repetition by the SDK could fill the policy
// with equal versions, so there is none.
func (a *Account) CreatePolicyVersion(ctx context.Context, arn, document string) (versionID string, err error) {
	out, err := a.iam.CreatePolicyVersion(ctx, &sdk.CreatePolicyVersionInput{
		PolicyArn: aws.String(arn), PolicyDocument: aws.String(document), SetAsDefault: true,
	}, once)
	if err != nil {
		return "", classified(ctx, err)
	}
	if out.PolicyVersion == nil {
		return "", nil
	}
	return aws.ToString(out.PolicyVersion.VersionId), nil
}

// DeletePolicyVersion implements iam.PolicyWriter.
func (a *Account) DeletePolicyVersion(ctx context.Context, arn, versionID string) error {
	_, err := a.iam.DeletePolicyVersion(ctx,
		&sdk.DeletePolicyVersionInput{PolicyArn: aws.String(arn), VersionId: aws.String(versionID)})
	return classified(ctx, err)
}

// TagPolicy implements iam.PolicyWriter.
func (a *Account) TagPolicy(ctx context.Context, arn string, tags map[string]string) error {
	_, err := a.iam.TagPolicy(ctx, &sdk.TagPolicyInput{PolicyArn: aws.String(arn), Tags: tagList(tags)})
	return classified(ctx, err)
}

// UntagPolicy implements iam.PolicyWriter.
func (a *Account) UntagPolicy(ctx context.Context, arn string, keys []string) error {
	_, err := a.iam.UntagPolicy(ctx, &sdk.UntagPolicyInput{PolicyArn: aws.String(arn), TagKeys: keys})
	return classified(ctx, err)
}

// AttachUserPolicy implements iam.PolicyWriter.
func (a *Account) AttachUserPolicy(ctx context.Context, user, arn string) error {
	_, err := a.iam.AttachUserPolicy(ctx,
		&sdk.AttachUserPolicyInput{UserName: aws.String(user), PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}

// DetachUserPolicy implements iam.PolicyWriter.
func (a *Account) DetachUserPolicy(ctx context.Context, user, arn string) error {
	_, err := a.iam.DetachUserPolicy(ctx,
		&sdk.DetachUserPolicyInput{UserName: aws.String(user), PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}

// AttachGroupPolicy implements iam.PolicyWriter.
func (a *Account) AttachGroupPolicy(ctx context.Context, group, arn string) error {
	_, err := a.iam.AttachGroupPolicy(ctx,
		&sdk.AttachGroupPolicyInput{GroupName: aws.String(group), PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}

// DetachGroupPolicy implements iam.PolicyWriter.
func (a *Account) DetachGroupPolicy(ctx context.Context, group, arn string) error {
	_, err := a.iam.DetachGroupPolicy(ctx,
		&sdk.DetachGroupPolicyInput{GroupName: aws.String(group), PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}

// DeletePolicy implements iam.PolicyWriter.
func (a *Account) DeletePolicy(ctx context.Context, arn string) error {
	_, err := a.iam.DeletePolicy(ctx, &sdk.DeletePolicyInput{PolicyArn: aws.String(arn)})
	return classified(ctx, err)
}
