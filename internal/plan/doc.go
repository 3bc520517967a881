// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package plan computes what must be done to bring IAM from what was observed to what is desired: an ordered list of
// typed operations with their dependencies, or a refusal. It is pure. Whatever shows, applies, tests or counts changes
// reads the same Plan.
//
// The laws, which the tests prove on generated inputs: idempotent, convergent from any crash point, minimal, safe, no
// new state, nothing shared is lost, total. docs/decisions/0003-order-of-operations.md says how the order keeps them.
package plan
