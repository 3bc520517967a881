// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// AccountConfig says how an AWS account is reached and how fast it may be called.
type AccountConfig struct {
	// Name is the name of the AWSAccount. Metrics are labelled with it.
	Name string
	// AccountID is the twelve-digit id that the account should have; Account.Identity tells the one it has.
	AccountID string
	// Region is the region of the STS endpoint, and decides the partition's IAM endpoint; empty is the controller's own.
	Region string
	// QPS and Burst are the ceiling of calls a second, and of calls made at once after a quiet time; zero is a default.
	QPS   float64
	Burst int
	// AssumeRole is the role that is assumed in the account; nil means the controller's own credentials.
	AssumeRole *AssumeRole
}

// Accounts gives access to AWS accounts. For equal configurations it MUST return the same Account, so that all
// callers share one rate limit; those of one account id share it whatever their names, at the lowest ceiling of them.
type Accounts interface {
	ForAccount(ctx context.Context, config AccountConfig) Account
	// Forget drops what is kept for the AWSAccount of a name, and with it its share in the rate limit.
	Forget(name string)
}
