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
}

// Accounts gives access to AWS accounts. For equal configurations it MUST return the same Account, so that all
// callers share one rate limit.
type Accounts interface {
	ForAccount(ctx context.Context, config AccountConfig) Account
}
