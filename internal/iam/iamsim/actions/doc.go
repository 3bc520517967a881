// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package actions is what IAM and STS do: one row for each action, in tables by the kind of entity, and the code behind
// them. An action reads the parameters of a call, judges them by the state of an account, changes that state by putting
// changed copies of entities into it, and builds the reply.
package actions
