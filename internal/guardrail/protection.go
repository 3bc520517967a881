// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

const day = 24 * time.Hour

// InUse says why a role must not be deleted from an account yet, or nothing. What is not known counts as used: a role
// that is younger than the account wants, of which IAM knows no use, may have been used a moment ago.
func InUse(role string, use *iam.RoleUse, account *v1alpha1.AWSAccount, now time.Time) string {
	protection := account.Spec.DeletionProtection
	if protection == nil {
		return ""
	}
	window := time.Duration(protection.LastUsedWithinDays) * day
	protected := fmt.Sprintf("AWSAccount %s keeps roles from deletion that were used within %d days",
		account.Name, protection.LastUsedWithinDays)
	overrule := "; wait, or ask an administrator to create an " + v1alpha1.KindECSChangeApproval +
		" with operation Delete and status.plan.digest of this object"
	switch {
	case use == nil:
		return fmt.Sprintf("it is not known when role %s was used, and %s%s", role, protected, overrule)
	case !use.LastUsed.IsZero() && now.Before(use.LastUsed.Add(window)):
		return fmt.Sprintf("role %s was last used on %s%s, and %s: until %s%s", role, dayOf(use.LastUsed),
			regionOf(use.Region), protected, dayOf(use.LastUsed.Add(window)), overrule)
	case use.LastUsed.IsZero() && now.Before(use.Created.Add(window)):
		return fmt.Sprintf("role %s was created on %s, so that IAM may not know of its use yet, and %s: until %s%s", role,
			dayOf(use.Created), protected, dayOf(use.Created.Add(window)), overrule)
	case use.LastUsed.IsZero() && use.Created.IsZero():
		return fmt.Sprintf("it is not known when role %s was created or used, and %s%s", role, protected, overrule)
	}
	return ""
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func regionOf(region string) string {
	if region == "" {
		return ""
	}
	return " in " + region
}
