// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"time"

	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

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
