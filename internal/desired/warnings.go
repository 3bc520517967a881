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
func (b *builder) warnings(role Role) []string {
	var warnings []string
	for _, warning := range []string{b.legacy(), b.withheld(role.Role), b.hookless(role.Role), b.unpassed(role.Role)} {
		if warning != "" {
			warnings = append(warnings, warning)
		}
	}
	return warnings
}

func (b *builder) legacy() string {
	if b.kind.Successor == "" {
		return ""
	}
	return fmt.Sprintf("type %s is legacy: ECS uses the service-linked role %s instead; keep this one only for what "+
		"still names it", b.spec.Type, b.kind.Successor)
}

// withheld speaks of AWS's policies that may pass any role of the account to a task.
func (b *builder) withheld(role iam.Role) string {
	switch {
	case !b.kind.Withheld:
		return ""
	case b.spec.DefaultManagedPolicies == v1alpha1.DefaultManagedPoliciesAttach:
		if b.spec.CodeDeploy != nil && b.spec.CodeDeploy.ManagedPolicy == v1alpha1.CodeDeployLimited {
			return "AWS's policy lets CodeDeploy pass only roles named ecsTaskExecutionRole or ECSTaskExecution*: add an " +
				"iam:PassRole statement for task roles and for execution roles of other names"
		}
		return "AWS's policy may pass any role in the account to tasks: set defaultManagedPolicies: Omit and list what is " +
			"needed under statements, if that is too much"
	case permitsNothing(role):
		return fmt.Sprintf("the role has no permissions: AWS's policy for type %s may pass any role in the account and is "+
			"not attached by default; set defaultManagedPolicies: Attach to accept that, or list what is needed under "+
			"statements", b.spec.Type)
	}
	return ""
}

func (b *builder) hookless(role iam.Role) string {
	if b.spec.Type != v1alpha1.RoleTypeLifecycleHook || !permitsNothing(role) {
		return ""
	}
	return "the role has no permissions: list lambda:InvokeFunction on the hook's functions under statements"
}

func permitsNothing(role iam.Role) bool {
	return len(role.Attached) == 0 && len(role.InlinePolicies) == 0
}

// unpassed speaks of the instance role that the Infrastructure role may not pass.
func (b *builder) unpassed(role iam.Role) string {
	if b.spec.Type != v1alpha1.RoleTypeManagedInstance ||
		strings.HasPrefix(role.Name, passedInstanceRole) && role.Path == "/" {
		return ""
	}
	return fmt.Sprintf("AWS's policy for Infrastructure roles passes only roles on path / whose names begin with %s to "+
		"EC2, not %s: set roleName and path so, or give the Infrastructure role a statement that allows iam:PassRole on "+
		"this role", passedInstanceRole, role.Path+role.Name)
}
