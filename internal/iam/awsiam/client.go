// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awshttp"
)

// New returns the account that cfg's credentials, or the role assumed with them, belong to. It makes no call.
func New(cfg aws.Config, options Options) *Account {
	options = options.withDefaults()
	cfg.HTTPClient = awshttp.New(cfg.HTTPClient)
	agent := &userAgent{product: "ecs-iam-controller/" + token(options.Version)}
	// STS has buckets of its own and is asked seldom.
	stsWith := func(credentials aws.CredentialsProvider) *sts.Client {
		cfg := cfg.Copy()
		cfg.Credentials = credentials
		return sts.NewFromConfig(cfg, func(o *sts.Options) {
			o.Retryer = newRetryer(credentials)
			o.APIOptions = append(o.APIOptions, agent.add, options.attempts(nil, credentials).add)
		})
	}
	if options.AssumeRole != nil {
		chain := chain{clock: options.Clock, region: cfg.Region, client: stsWith, hops: options.hops}
		cfg.Credentials = chain.assume(cfg.Credentials, *options.AssumeRole)
	}
	return &Account{
		credentials: cfg.Credentials,
		clock:       options.Clock,
		limiter:     options.limiter,
		iam: sdk.NewFromConfig(cfg, func(o *sdk.Options) {
			o.Retryer = newRetryer(cfg.Credentials)
			o.APIOptions = append(o.APIOptions, agent.add, options.attempts(options.limiter, cfg.Credentials).add)
		}),
		sts: stsWith(cfg.Credentials),
		queues: func(region string) *sqs.Client {
			cfg := cfg.Copy()
			cfg.Region = region
			return sqs.NewFromConfig(cfg, func(o *sqs.Options) {
				o.Retryer = newRetryer(cfg.Credentials)
				o.APIOptions = append(o.APIOptions, agent.add, options.attempts(nil, cfg.Credentials).add)
			})
		},
		identity:  newIdentities(options.Clock),
		quotas:    newCached[iam.Quotas](options.Clock),
		documents: options.documents,
	}
}

// attempts is the middleware of a client with these credentials; without a limiter nothing limits it.
func (o Options) attempts(limiter *limiter, credentials aws.CredentialsProvider) *attempts {
	return &attempts{
		clock: o.Clock, timeout: o.CallTimeout, metrics: o.Metrics, account: o.Name, limiter: limiter,
		stale: &staleCredentials{clock: o.Clock, provider: credentials},
	}
}
