// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "github.com/ecsiam/ecs-iam-controller/internal/policy"

// leavingTier is the tier of a policy that goes. What cannot be read is taken for what allows and denies.
func leavingTier(c *policy.Content) int {
	if c == nil || c.Document() == nil {
		return 1
	}
	return tier(c)
}

// tier is 0 for what only allows, 1 for what allows and denies, 2 for what only denies.
func tier(c *policy.Content) int {
	switch {
	case c == nil || len(c.Denies()) == 0:
		return 0
	case len(c.Allows()) > 0:
		return 1
	}
	return 2
}
