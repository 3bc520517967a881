// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import "github.com/ecsiam/ecs-iam-controller/internal/pass"

// AccountReconciler checks that AWSAccounts can be reached and are the accounts that they say they are. An account
// wants nothing in AWS; its verdict, schedule and status are those of every pass.
type AccountReconciler struct {
	pass.Environment

	failures pass.Failures
	late     pass.Failures
	readings readings
	statuses pass.Statuses
}

// NewAccountReconciler returns the reconciler of AWSAccounts.
func NewAccountReconciler(env pass.Environment) *AccountReconciler {
	return &AccountReconciler{Environment: env}
}
