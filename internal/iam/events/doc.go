// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package events listens to what CloudTrail tells of the IAM of accounts: which roles, policies and instance profiles a
// call of someone else named. It says nothing of how they are now; whoever hears of one reads it. So a queue that lags,
// repeats itself or lies costs readings, and one that loses messages leaves their changes to the next interval.
package events
