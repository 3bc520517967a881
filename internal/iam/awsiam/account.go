// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package awsiam adapts aws-sdk-go-v2 to the port internal/iam. Rate limit, metrics and user agent are middleware of
// the SDK's clients, so that no call can miss them.
package awsiam

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awshttp"
)

// RateLimit is the ceiling of the calls to IAM.
type RateLimit struct {
	// QPS is in calls a second.
	QPS float64
	// Burst is the number of calls that may be made at twice the speed after a quiet time.
	Burst int
}

// DefaultRateLimit is the ceiling when none is given; the limiter finds what AWS allows below it.
var DefaultRateLimit = RateLimit{QPS: 50, Burst: 100}

// Options configure an Account. The zero value works.
type Options struct {
	// Name labels the account's metrics.
	Name string
	// RateLimit is DefaultRateLimit where it is zero.
	RateLimit RateLimit
	// Clock drives rate limit, caches and BegunAt. Default the real clock.
	Clock clock.Clock
	// Metrics receive the calls. Default none.
	Metrics *Metrics
	// Version is the controller's, for the user agent. Default "dev".
	Version string
	// CallTimeout bounds each attempt of a call. Default 30 seconds: an answer of IAM takes well below one, and a
	// connection that died silently must not park a worker.
	CallTimeout time.Duration
}

func (o Options) withDefaults() Options {
	if o.RateLimit.QPS <= 0 {
		o.RateLimit.QPS = DefaultRateLimit.QPS
	}
	if o.RateLimit.Burst <= 0 {
		o.RateLimit.Burst = DefaultRateLimit.Burst
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Metrics == nil {
		o.Metrics = newMetrics()
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.CallTimeout <= 0 {
		o.CallTimeout = 30 * time.Second
	}
	return o
}

// Account is one AWS account reached with one set of credentials. All reconcilers share it, and with it one rate
// limit. It is safe for concurrent use.
type Account struct {
	iam   *sdk.Client
	sts   *sts.Client
	clock clock.Clock

	identity  *cached[iam.Identity]
	quotas    *cached[iam.Quotas]
	documents *lru.Cache // document by version
}

var _ iam.Account = (*Account)(nil)

// New returns the account that cfg's credentials belong to. It makes no call.
func New(cfg aws.Config, options Options) *Account {
	options = options.withDefaults()
	cfg.HTTPClient = awshttp.New(cfg.HTTPClient)
	limited := &attempts{
		clock: options.Clock, timeout: options.CallTimeout, metrics: options.Metrics, account: options.Name,
		limiter: newLimiter(options.RateLimit),
	}
	// STS has buckets of its own and is asked once in a few minutes.
	unlimited := &attempts{
		clock: options.Clock, timeout: options.CallTimeout, metrics: options.Metrics, account: options.Name,
	}
	agent := &userAgent{product: "ecs-iam-controller/" + token(options.Version)}
	return &Account{
		clock: options.Clock,
		iam: sdk.NewFromConfig(cfg, func(o *sdk.Options) {
			o.Retryer = newRetryer()
			o.APIOptions = append(o.APIOptions, agent.add, limited.add)
		}),
		sts: sts.NewFromConfig(cfg, func(o *sts.Options) {
			o.Retryer = newRetryer()
			o.APIOptions = append(o.APIOptions, agent.add, unlimited.add)
		}),
		identity:  newCached[iam.Identity](options.Clock),
		quotas:    newCached[iam.Quotas](options.Clock),
		documents: lru.New(documentsKept),
	}
}
