// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package awsiam adapts aws-sdk-go-v2 to the port internal/iam. Rate limit, metrics and user agent are middleware of
// the SDK's clients, so that no call can miss them.
package awsiam

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Account is one AWS account reached with one set of credentials. All reconcilers share it, and with it one rate
// limit. It is safe for concurrent use.
type Account struct {
	iam *sdk.Client
	sts *sts.Client
	// queues makes clients of SQS in a region.
	queues func(region string) *sqs.Client
	clock  clock.Clock

	limiter     *limiter
	credentials aws.CredentialsProvider // nil for none
	identity    *identities
	quotas      *cached[iam.Quotas]
	documents   *lru.Cache // document by version
}

var _ iam.Account = (*Account)(nil)
