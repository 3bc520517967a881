// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Passing says what a role of a type hands to which service, so that iam:PassRole is never granted without the service.
type Passing struct {
	// Operator compares iam:PassedToService with Service.
	Operator string
	// Service is the value of iam:PassedToService. Empty for types that pass no roles.
	Service string
	// Types are the role types that the service takes.
	Types []v1alpha1.RoleType
	// Capability is the one that an Infrastructure role passes roles for.
	Capability v1alpha1.InfrastructureCapability
}

var (
	// toTasks holds in every partition: Amazon ECS Developer Guide, "Amazon ECS CodeDeploy IAM Role"; Amazon EventBridge
	// User Guide, "IAM roles for sending events to targets".
	toTasks = Passing{
		Operator: "StringEquals", Service: "ecs-tasks.amazonaws.com",
		Types: []v1alpha1.RoleType{v1alpha1.RoleTypeTask, v1alpha1.RoleTypeTaskExecution},
	}
	// toInstances has a wildcard since EC2 is named differently in some partitions. Source: Amazon ECS Developer Guide,
	// "Amazon ECS Managed Instances instance profile".
	toInstances = Passing{
		Operator: "StringLike", Service: "ec2.*", Types: []v1alpha1.RoleType{v1alpha1.RoleTypeManagedInstance},
		Capability: v1alpha1.CapabilityManagedInstances,
	}
)

// PassRole is the action with which a role is handed to a service.
const PassRole = "iam:PassRole"

// PassedToService is the condition key that says which service a role is handed to.
const PassedToService = "iam:PassedToService"

// statement lets a role pass others to the service alone, by each name that it has in the account.
func (p Passing) statement(sid string, arns []string, principal func(v1alpha1.RoleType) string) policy.Statement {
	st := allow(sid, arns, PassRole)
	st.Condition = policy.Condition{p.Operator: {PassedToService: p.services(principal)}}
	return st
}

// services are the values of iam:PassedToService: the catalogue's, and what the account has in place of the service
// principals of the types.
func (p Passing) services(principal func(v1alpha1.RoleType) string) []string {
	services := []string{p.Service}
	if principal == nil {
		return services
	}
	for _, kind := range p.Types {
		if own := principal(kind); own != "" && !glob.Matches(p.Service, own) && !slices.Contains(services, own) {
			services = append(services, own)
		}
	}
	return services
}
