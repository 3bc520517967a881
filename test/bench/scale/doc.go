// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package scale measures what many roles cost, each figure beside its bound. Time is simulated: the controller, its
// rate limiter and AWS wait for each other as they would, on any machine. `make bench-scale` runs it at full size;
// other runs take sizes that are small enough for every change.
package scale
