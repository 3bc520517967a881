// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package access reads policy documents and decides by them, as "Policy evaluation logic" in the IAM User Guide lays it
// out. It is written from that page alone and shares no code with the packages that the controller compares and writes
// policies with: the simulator is to find their mistakes, not to repeat them.
package access
