// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// RoleNames are the names that an ECSRole asks for: that of its role and that of its instance profile. The account may
// be nil.
func RoleNames(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) []Name {
	own := Name{
		Entity: EntityRole, Kind: v1alpha1.KindECSRole, Namespace: role.Namespace,
		Value: desired.RoleName(role, account), Field: "spec.roleName", Path: desired.RolePath(role, account),
	}
	if role.Spec.RoleName == "" {
		own.Object = role.Name
	}
	names := []Name{own}
	if profile := desired.ProfileName(role, account); profile != "" {
		theirs := own
		theirs.Entity, theirs.Field = EntityProfile, "spec.instanceProfile.name"
		if profile != own.Value {
			theirs.Value, theirs.Object = profile, ""
		}
		names = append(names, theirs)
	}
	return names
}

// PolicyNames is the name that an ECSPolicy asks for. The account may be nil.
func PolicyNames(object *v1alpha1.ECSPolicy, account *v1alpha1.AWSAccount) []Name {
	name := Name{
		Entity: EntityPolicy, Kind: v1alpha1.KindECSPolicy, Namespace: object.Namespace,
		Value: desired.PolicyName(object, account), Field: "spec.policyName",
	}
	if object.Spec.PolicyName == "" {
		name.Object = object.Name
	}
	return []Name{name}
}
