// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// keepsInline tells whether an inline policy that is not declared stays: it is ignored, or it only denies and others
// put it there. What has the name of the object's own inline policy is the object's.
func keepsInline(want desired.Role, name string, c *policy.Content) bool {
	return ignoresInline(want, name) || name != ownInlineName(want) && restrictsOnly(c)
}

func ignoresInline(want desired.Role, name string) bool {
	return name != ownInlineName(want) && desired.MatchesAny(want.Ignore.InlinePolicies, name)
}

func ownInlineName(want desired.Role) string {
	if want.InlinePolicyName != "" {
		return want.InlinePolicyName
	}
	return v1alpha1.DefaultInlinePolicyName
}
