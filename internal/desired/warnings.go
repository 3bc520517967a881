// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// passedInstanceRole begins the role names that AWS's policy for Managed Instances lets ECS pass to EC2, on the path
// "/" only. Source: Amazon ECS Developer Guide, "Amazon ECS Managed Instances instance profile".
const passedInstanceRole = "ecsInstanceRole"

// warnings are remarks on what will work differently than a reader of the manifest may think.
func (b *builder) warnings(role Role) []v1alpha1.Warning {
	var warnings []v1alpha1.Warning
	for _, w := range []v1alpha1.Warning{
		b.legacy(), b.withheld(role.Role), b.idle(role.Role), b.roleless(), b.unlimited(role.Role), b.unpassed(role.Role),
		b.shared(role.Role.Attached),
	} {
		if w.Code != "" {
			warnings = append(warnings, w)
		}
	}
	return warnings
}

func (b *builder) legacy() v1alpha1.Warning {
	if b.kind.Successor == "" {
		return v1alpha1.Warning{}
	}
	return warning(v1alpha1.WarningLegacyType, "spec.type",
		"type %s is legacy: ECS uses the service-linked role %s instead; keep this role only while something still refers "+
			"to it. "+
			"The replacement: %s", b.spec.Type, b.kind.Successor, b.successor())
}

// withheld speaks of AWS's policies that may pass any role of the account to a task.
func (b *builder) withheld(role iam.Role) v1alpha1.Warning {
	switch {
	case !b.kind.Withheld:
		return v1alpha1.Warning{}
	case b.spec.DefaultManagedPolicies == v1alpha1.DefaultManagedPoliciesAttach:
		return b.attachedInAnyCase()
	case permitsNothing(role):
		return warning(v1alpha1.WarningNoPermissions, "spec.defaultManagedPolicies",
			"the role has no permissions: set defaultManagedPolicies: Auto and give grants, or list what is needed "+
				"under statements")
	}
	return v1alpha1.Warning{}
}

// roleless speaks of tasks that can be started only if they have no roles.
func (b *builder) roleless() v1alpha1.Warning {
	grants := b.spec.Grants
	if grants == nil || grants.RunTask == nil || len(grants.PassRoles) > 0 || len(b.spec.Statements) > 0 ||
		b.spec.DefaultManagedPolicies == v1alpha1.DefaultManagedPoliciesAttach && b.kind.Withheld {
		return v1alpha1.Warning{}
	}
	return warning(v1alpha1.WarningPassesNoRoles, "spec.grants.passRoles",
		"the role can start only tasks without a task role and a task execution role: list theirs under grants.passRoles")
}

// attachedInAnyCase speaks of AWS's policies when they were asked for.
func (b *builder) attachedInAnyCase() v1alpha1.Warning {
	limited := b.spec.CodeDeploy != nil && b.spec.CodeDeploy.ManagedPolicy == v1alpha1.CodeDeployLimited
	switch {
	case limited && b.spec.Grants != nil && len(b.spec.Grants.PassRoles) > 0:
		return v1alpha1.Warning{}
	case limited:
		return warning(v1alpha1.WarningNamingConvention, "spec.grants.passRoles",
			"AWS's policy lets CodeDeploy pass only roles named ecsTaskExecutionRole or ECSTaskExecution*: list task "+
				"roles, and execution roles of other names, under grants.passRoles")
	}
	return warning(v1alpha1.WarningPassesAnyRole, "spec.defaultManagedPolicies",
		"AWS's policy may pass any role in the account to tasks: set defaultManagedPolicies: Auto and list the roles "+
			"under grants.passRoles, if that is too much")
}

// purposes say what a type that AWS has no policy for is of no use without.
var purposes = map[v1alpha1.RoleType]string{
	v1alpha1.RoleTypeLifecycleHook:   "list the hook's functions under grants.invokeFunctions",
	v1alpha1.RoleTypeStepFunctions:   "name the tasks under grants.runTask, and their roles under grants.passRoles",
	v1alpha1.RoleTypeEventBridgePipe: "name the source under grants.pipeSource, and the tasks under grants.runTask",
}

// idle speaks of a role that cannot do what its type is for.
func (b *builder) idle(role iam.Role) v1alpha1.Warning {
	grants := b.spec.Grants
	purpose, ok := purposes[b.spec.Type]
	switch {
	case !ok:
		return v1alpha1.Warning{}
	case permitsNothing(role):
		return warning(v1alpha1.WarningNoPermissions, "spec.grants", "the role has no permissions: %s", purpose)
	case b.spec.Type == v1alpha1.RoleTypeEventBridgePipe && grants != nil && grants.RunTask != nil &&
		grants.PipeSource == nil && len(b.spec.Statements) == 0 && len(role.Attached) == 0:
		return warning(v1alpha1.WarningNoPermissions, "spec.grants.pipeSource",
			"the pipe cannot read its source: name it under grants.pipeSource")
	}
	return v1alpha1.Warning{}
}

// unlimited speaks of a limit of the pull of images that AWS's policy, which allows all pulls, makes void.
func (b *builder) unlimited(role iam.Role) v1alpha1.Warning {
	if b.spec.Grants == nil || b.spec.Grants.ECR == nil || len(role.Attached) == 0 {
		return v1alpha1.Warning{}
	}
	ecr := b.spec.Grants.ECR
	limited := len(ecr.VPCEndpointIDs)+len(ecr.VPCIDs) > 0
	if !limited || b.spec.DefaultManagedPolicies == v1alpha1.DefaultManagedPoliciesOmit {
		return v1alpha1.Warning{}
	}
	return warning(v1alpha1.WarningNoEffect, "spec.grants.ecr",
		"vpcEndpointIDs and vpcIDs of grants.ecr have no effect beside AWS's policy, which allows every pull: set "+
			"defaultManagedPolicies: Omit, and give grants.logs for what is missing then")
}

func permitsNothing(role iam.Role) bool {
	return len(role.Attached) == 0 && len(role.InlinePolicies) == 0
}

// unpassed speaks of the instance role that the Infrastructure role may not pass.
func (b *builder) unpassed(role iam.Role) v1alpha1.Warning {
	if b.spec.Type != v1alpha1.RoleTypeManagedInstance ||
		strings.HasPrefix(role.Name, passedInstanceRole) && role.Path == "/" {
		return v1alpha1.Warning{}
	}
	return warning(v1alpha1.WarningNamingConvention, "spec.roleName",
		"AWS's policy for Infrastructure roles passes only roles on path / whose names begin with %s to "+
			"EC2, not %s: set roleName and path so, or list this role under grants.passRoles of the Infrastructure "+
			"role", passedInstanceRole, role.Path+role.Name)
}

func warning(code v1alpha1.WarningCode, field, format string, args ...any) v1alpha1.Warning {
	return v1alpha1.Warning{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// executionPolicy is the name of AWS's policy for task execution roles.
const executionPolicy = ":policy/service-role/AmazonECSTaskExecutionRolePolicy"

// shared speaks of one role for the containers of a task and for the agent that starts them.
func (b *builder) shared(attached []string) v1alpha1.Warning {
	if b.spec.Type != v1alpha1.RoleTypeTask {
		return v1alpha1.Warning{}
	}
	for _, arn := range attached {
		if strings.HasSuffix(arn, executionPolicy) {
			return warning(v1alpha1.WarningSharedRole, "spec.managedPolicies",
				"the policy is for task execution roles: containers with this task role may pull every image and write every "+
					"log; declare a role of type %s, and remove the policy here", v1alpha1.RoleTypeTaskExecution)
		}
	}
	return v1alpha1.Warning{}
}
