// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package guardrail judges what a namespace may declare in an AWS account. It is pure: it reads objects and decides,
// and knows neither the AWS SDK nor a client nor the clock.
package guardrail
