// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// roleFacts are what Kubernetes says of a role.
type roleFacts struct {
	inputs     desired.Inputs
	references references
	deleting   bool
	bounds     *guardrail.Bounds
	// ownRoles are the roles of the namespace's ECSRoles.
	ownRoles ownRoles
	// protection is what nothing is written to.
	protection ownership.Protection
}

// wantedRole is what an ECSRole stands for.
type wantedRole struct {
	role   desired.Role
	quotas iam.Quotas
	causes pass.Fingerprint
	guard  guardedRole
	// partial says that references are not ready.
	partial bool
}

// guardedRole is what judging a role by the guardrails of its account depends on beside its state.
type guardedRole struct {
	bounds  *guardrail.Bounds
	inputs  desired.Inputs
	passing passing
	// byType are the ARNs of the policies that the controller attaches by itself.
	byType []string
	// coming are the documents that the ECSPolicies which the role names are about to have.
	coming []guardrail.Document
	// referred are the ARNs of the ECSPolicies that the role names.
	referred []string
}
