// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// LookUpPolicy implements iam.ReferenceReader: one GetPolicy, and GetPolicyVersion for a document that is not cached.
func (a *Account) LookUpPolicy(ctx context.Context, arn string, document bool) (*iam.Policy, error) {
	found, err := a.getPolicy(startingPass(ctx), arn)
	if err != nil || found == nil || !document {
		return found, err
	}
	if found.Document, err = a.documentOf(ctx, found); err != nil {
		return nil, vanished(err)
	}
	return found, nil
}

// LookUpPrincipal implements iam.ReferenceReader: one GetRole or GetUser.
func (a *Account) LookUpPrincipal(ctx context.Context, arn string) (iam.Existence, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "iam" {
		return iam.ExistenceUnknown, nil
	}
	kind, path, _ := strings.Cut(parts[5], "/")
	name := path[strings.LastIndexByte(path, '/')+1:]
	if name == "" || kind != "role" && kind != "user" {
		return iam.ExistenceUnknown, nil
	}
	self, err := a.Identity(ctx)
	if err != nil || self.AccountID != parts[4] || self.Partition != parts[1] {
		return iam.ExistenceUnknown, err
	}
	found, err := a.principalARN(startingPass(ctx), kind, name)
	switch {
	case kind == "user" && iam.Classify(err) == iam.ClassDenied:
		return iam.ExistenceUnknown, nil
	case iam.IsNotFound(err):
		return iam.Absent, nil
	case err != nil:
		return iam.ExistenceUnknown, err
	case found != arn:
		return iam.Absent, nil
	}
	return iam.Exists, nil
}

// principalARN is the ARN of a role or user, which has its path and the case of its name.
func (a *Account) principalARN(ctx context.Context, kind, name string) (string, error) {
	if kind == "user" {
		out, err := a.iam.GetUser(ctx, &sdk.GetUserInput{UserName: aws.String(name)})
		if err := classified(ctx, err); err != nil {
			return "", err
		}
		if out.User == nil {
			return "", emptyReply("iam:GetUser")
		}
		return aws.ToString(out.User.Arn), nil
	}
	out, err := a.iam.GetRole(ctx, &sdk.GetRoleInput{RoleName: aws.String(name)})
	if err := classified(ctx, err); err != nil {
		return "", err
	}
	if out.Role == nil {
		return "", emptyReply("iam:GetRole")
	}
	return aws.ToString(out.Role.Arn), nil
}
