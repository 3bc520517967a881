// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import "github.com/ecsiam/ecs-iam-controller/api/v1alpha1"

// GrantSettings are what the statements of grants depend on beside the grants.
type GrantSettings struct {
	// Partition and AccountID are where the role lives.
	Partition, AccountID string
	// Regions are those of grants that name none.
	Regions []string
	// PassedRoles are the ARNs of grants.passRoles.
	PassedRoles []string
	// Principal is what the account has in place of the service principal of a type, empty for nothing. Nil is nothing for
	// every type.
	Principal func(v1alpha1.RoleType) string
	// Defaults says whether AWS's policies are attached; empty is Auto.
	Defaults v1alpha1.DefaultManagedPolicies
	// CodeDeploy chooses between Full and Limited; empty is Full.
	CodeDeploy v1alpha1.CodeDeployManagedPolicy

	// kind is the type of the role.
	kind *Type
}

func auto(d v1alpha1.DefaultManagedPolicies) bool {
	return d == "" || d == v1alpha1.DefaultManagedPoliciesAuto
}
