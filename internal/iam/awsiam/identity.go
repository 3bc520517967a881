// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

const (
	quotasTTL = time.Hour
	// defaultQuotasTTL is shorter: someone may grant the read.
	defaultQuotasTTL = 5 * time.Minute
)

// Identity asks STS who the credentials belong to, once for as long as they stay the same: they can become nobody
// else's. Those of a session live for an hour at most.
func (a *Account) Identity(ctx context.Context) (iam.Identity, error) {
	if a.credentials != nil {
		credentials, err := a.credentials.Retrieve(ctx)
		if err != nil {
			return iam.Identity{}, classified(ctx, err)
		}
		a.identity.of(credentials.AccessKeyID)
	}
	return a.identity.get(ctx, func(ctx context.Context) (iam.Identity, time.Duration, error) {
		out, err := a.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return iam.Identity{}, 0, classified(ctx, err)
		}
		identity := iam.Identity{
			AccountID: aws.ToString(out.Account), Partition: partitionOf(aws.ToString(out.Arn)),
			CallerARN: aws.ToString(out.Arn),
		}
		if identity.AccountID == "" || identity.Partition == "" {
			return iam.Identity{}, 0, emptyReply("sts:GetCallerIdentity")
		}
		return identity, sessionDuration, nil
	})
}

// partitionOf returns the second part of an ARN, and the empty string for anything else.
func partitionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) < 3 || parts[0] != "arn" {
		return ""
	}
	return parts[1]
}

// Quotas asks IAM at most once an hour. Without permission for iam:GetAccountSummary it assumes the quotas of a new
// account.
func (a *Account) Quotas(ctx context.Context) (iam.Quotas, error) {
	return a.quotas.get(ctx, func(ctx context.Context) (iam.Quotas, time.Duration, error) {
		out, err := a.iam.GetAccountSummary(ctx, &sdk.GetAccountSummaryInput{})
		if err = classified(ctx, err); err != nil {
			if iam.Classify(err) == iam.ClassDenied {
				return iam.DefaultQuotas(), defaultQuotasTTL, nil
			}
			return iam.Quotas{}, 0, err
		}
		return quotasOf(out.SummaryMap), quotasTTL, nil
	})
}

func quotasOf(summary map[string]int32) iam.Quotas {
	quotas := iam.DefaultQuotas()
	if n := summary[string(types.SummaryKeyTypeAttachedPoliciesPerRoleQuota)]; n > 0 {
		quotas.AttachedPoliciesPerRole = int(n)
	}
	if n := summary[string(types.SummaryKeyTypeAssumeRolePolicySizeQuota)]; n > 0 {
		quotas.TrustPolicySize = int(n)
	}
	return quotas
}
