// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

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
