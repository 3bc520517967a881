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

func (r RateLimit) withDefaults() RateLimit {
	if r.QPS <= 0 {
		r.QPS = DefaultRateLimit.QPS
	}
	if r.Burst <= 0 {
		r.Burst = DefaultRateLimit.Burst
	}
	return r
}

// Options configure an Account. The zero value works.
type Options struct {
	// Name labels the account's metrics.
	Name string
	// RateLimit is DefaultRateLimit where it is zero.
	RateLimit RateLimit
	// AssumeRole is the role to assume; nil means the credentials of the configuration.
	AssumeRole *iam.AssumeRole
	// Clock drives rate limit, caches and BegunAt. Default the real clock.
	Clock clock.Clock
	// Metrics receive the calls. Default none.
	Metrics *Metrics
	// Version is the controller's, for the user agent. Default "dev".
	Version string
	// CallTimeout bounds each attempt of a call. Default 30 seconds: an answer of IAM takes well below one, and a
	// connection that died silently must not park a worker.
	CallTimeout time.Duration

	// limiter, hops and documents are shared with others; nil means some of its own.
	limiter   *limiter
	hops      *hops
	documents *lru.Cache
}

func (o Options) withDefaults() Options {
	o.RateLimit = o.RateLimit.withDefaults()
	if o.limiter == nil {
		o.limiter = newLimiter(o.RateLimit)
	}
	if o.documents == nil {
		o.documents = lru.New(documentsKept)
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

	session   aws.CredentialsProvider // of an assumed role; nil for others
	identity  *identities
	quotas    *cached[iam.Quotas]
	documents *lru.Cache // document by version
}

var _ iam.Account = (*Account)(nil)

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
	var assumed aws.CredentialsProvider
	if options.AssumeRole != nil {
		chain := chain{clock: options.Clock, region: cfg.Region, client: stsWith, hops: options.hops}
		assumed = chain.assume(cfg.Credentials, *options.AssumeRole)
		cfg.Credentials = assumed
	}
	return &Account{
		session: assumed,
		clock:   options.Clock,
		iam: sdk.NewFromConfig(cfg, func(o *sdk.Options) {
			o.Retryer = newRetryer(cfg.Credentials)
			o.APIOptions = append(o.APIOptions, agent.add, options.attempts(options.limiter, cfg.Credentials).add)
		}),
		sts:       stsWith(cfg.Credentials),
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
