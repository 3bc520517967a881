// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// documentsKept bounds the cached documents of an account. Most have a few thousand characters.
const documentsKept = 256

// version names a version of a policy for all time: IAM uses no unique id and, within a policy, no version id twice.
type version struct{ policyID, versionID string }

// documentOf returns the default version of a policy that GetPolicy showed.
func (a *Account) documentOf(ctx context.Context, p *iam.Policy) (string, error) {
	key := version{policyID: p.ID, versionID: p.DefaultVersionID}
	if kept, ok := a.documents.Get(key); ok {
		document, _ := kept.(string)
		return document, nil
	}
	out, err := a.iam.GetPolicyVersion(ctx,
		&sdk.GetPolicyVersionInput{PolicyArn: aws.String(p.ARN), VersionId: aws.String(p.DefaultVersionID)})
	if err := classified(ctx, err); err != nil {
		return "", err
	}
	if out.PolicyVersion == nil {
		return "", emptyReply("iam:GetPolicyVersion")
	}
	document, err := decoded("iam:GetPolicyVersion", out.PolicyVersion.Document)
	if err == nil && key.policyID != "" && key.versionID != "" {
		a.documents.Add(key, document)
	}
	return document, err
}
