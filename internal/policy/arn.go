// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// SplitARN takes an ARN, or a pattern of ARNs, apart at its first five colons that do not stand in a policy variable.
func SplitARN(arn string) []string { return splitARN(arn) }

// Disjoint tells whether no text matches both patterns, provably. A policy variable may stand for any text.
func Disjoint(a, b string) bool { return disjoint(a, b) }
