// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// policyFacts are what Kubernetes says of a policy.
type policyFacts struct {
	inputs   desired.PolicyInputs
	deleting bool
	guard    guardedPolicy
	// protection is what nothing is written to.
	protection ownership.Protection
}

// wantedPolicy is what an ECSPolicy stands for.
type wantedPolicy struct {
	policy desired.Policy
	causes pass.Fingerprint
	guard  guardedPolicy
	// forbidden are the attachments that the account does not allow.
	forbidden []guardrail.Violation
}

// guardedPolicy is what judging a policy by the guardrails of its account depends on beside its state.
type guardedPolicy struct {
	bounds  *guardrail.Bounds
	inputs  desired.PolicyInputs
	passing passing
	// coming are the documents that ECSRoles which refer to the policy declare beside it, by the names of their roles.
	coming map[string][]guardrail.Document
}
