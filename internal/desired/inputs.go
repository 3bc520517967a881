// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Inputs is everything that a desired role follows from.
type Inputs struct {
	// Role is the object; its namespace and name are set.
	Role *v1alpha1.ECSRole
	// Account is the object that the role's accountRef names. Nil means one without settings.
	Account *v1alpha1.AWSAccount
	// AccountID and Partition are what STS says of the account.
	AccountID, Partition string
	// Region is the value of {region} where the account sets none. It may be empty.
	Region string
	// ClusterID is the first part of the owner tag.
	ClusterID string
	// Quotas are the account's.
	Quotas iam.Quotas
	// RoleRefs are the ECSRoles of the namespace that ReferencesOf asks for and that exist, by the names of the objects.
	RoleRefs map[string]RoleRef
	// PolicyRefs are the ECSPolicies of the namespace that ReferencesOf asks for and that exist, by their names.
	PolicyRefs map[string]PolicyRef
}

// PolicyInputs is everything that a desired policy follows from.
type PolicyInputs struct {
	// Policy is the object; its namespace and name are set.
	Policy *v1alpha1.ECSPolicy
	// Account is the object that the policy's accountRef names. Nil means one without settings.
	Account *v1alpha1.AWSAccount
	// AccountID and Partition are what STS says of the account.
	AccountID, Partition string
	// Region is the value of {region} where the account sets none. It may be empty.
	Region string
	// ClusterID is the first part of the owner tag.
	ClusterID string
	// Roles are the names in IAM of the ECSRoles that refer to the object.
	Roles []string
}

// RoleRef is an ECSRole of the namespace that a role refers to.
type RoleRef struct {
	// ARN is that of the role in IAM, which need not exist yet.
	ARN string
	// Type is the role's type.
	Type v1alpha1.RoleType
	// Unready says why the role must not be referred to yet, empty when it may.
	Unready string
	// Disowned says that the role is somebody else's, so that it must not be passed any longer either.
	Disowned bool
}

// PolicyRef is an ECSPolicy of the namespace that a role refers to.
type PolicyRef struct {
	// ARN is that of the policy in IAM.
	ARN string
	// Unready says why the policy cannot be attached yet, empty when it can.
	Unready string
}

// place is where an object stands in Kubernetes and in AWS.
type place struct {
	// namespace and name are the object's.
	namespace, name string
	// account is its AWSAccount, nil for one without settings.
	account *v1alpha1.AWSAccount
	// accountID and partition are what STS says of the account, region stands in where its AWSAccount names none.
	accountID, partition, region string
}

func (in Inputs) place() place {
	return place{in.Role.Namespace, in.Role.Name, in.Account, in.AccountID, in.Partition, in.Region}
}

func (in PolicyInputs) place() place {
	return place{in.Policy.Namespace, in.Policy.Name, in.Account, in.AccountID, in.Partition, in.Region}
}
