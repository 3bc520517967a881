// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package roletype is the catalogue of the IAM roles that Amazon ECS expects: for each type the service that is
// trusted, the condition against a confused deputy, the managed policies of AWS, and the service the role is passed to.
// It is data with a few pure functions; partitions that AWS adds need no change unless they name a service differently.
package roletype
