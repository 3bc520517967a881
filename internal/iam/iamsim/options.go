// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"maps"

	"k8s.io/utils/clock"
)

// Options configure a Sim. The zero value is one account in partition aws with AWS's default quotas.
type Options struct {
	// AccountID is the account of every caller whose access key names no other one. Default 111122223333.
	AccountID string
	// Partition is the ARN partition of all accounts. Default aws.
	Partition string
	// AccessKeys maps further access key ids to account ids. An access key id of twelve digits needs no entry: it is the
	// id of its account.
	AccessKeys map[string]string
	// CallerARN is the identity that long-term credentials of the default account have. Default user/operator.
	CallerARN string
	// Quotas of every account. The zero value means DefaultQuotas; to change one, begin with those.
	Quotas Quotas
	// Clock stamps entities and drives expiry, rate limit and consistency lag. Default the real clock.
	Clock clock.PassiveClock
	// Seed fixes the unique ids and the order of principals in trust policies.
	Seed uint64
	// CallLogLimit bounds the call log; the oldest calls go first. Default 0 keeps all.
	CallLogLimit int
}

func (o Options) withDefaults() Options {
	if o.AccountID == "" {
		o.AccountID = "111122223333"
	}
	if o.Partition == "" {
		o.Partition = "aws"
	}
	if o.CallerARN == "" {
		o.CallerARN = "arn:" + o.Partition + ":iam::" + o.AccountID + ":user/operator"
	}
	if o.Quotas == (Quotas{}) {
		o.Quotas = DefaultQuotas()
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	o.AccessKeys = maps.Clone(o.AccessKeys)
	return o
}
