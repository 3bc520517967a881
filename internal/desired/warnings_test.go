// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

func TestWarningsSayWhatWillSurprise(t *testing.T) {
	attach := spec(func(s *v1alpha1.ECSRoleSpec) { s.DefaultManagedPolicies = v1alpha1.DefaultManagedPoliciesAttach })
	limited := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.CodeDeploy = &v1alpha1.CodeDeploy{ManagedPolicy: v1alpha1.CodeDeployLimited}
	})
	statement := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Statements = []v1alpha1.Statement{{
			Effect: "Allow", Actions: []v1alpha1.Action{"ecs:RunTask"}, Resources: []v1alpha1.ResourcePattern{"*"},
		}}
	})
	named := func(name, path string) func(*desired.Inputs) {
		return spec(func(s *v1alpha1.ECSRoleSpec) { s.RoleName, s.Path = name, path })
	}
	const anyRole = "AWS's policy may pass any role in the account to tasks: set defaultManagedPolicies: Omit and list what is needed under statements, if that is too much"
	nothing := func(kind string) string {
		return "the role has no permissions: AWS's policy for type " + kind + " may pass any role in the account and is not attached by default; set defaultManagedPolicies: Attach to accept that, or list what is needed under statements"
	}
	unpassed := func(role string) string {
		return "AWS's policy for Infrastructure roles passes only roles on path / whose names begin with ecsInstanceRole to EC2, not " + role + ": set roleName and path so, or give the Infrastructure role a statement that allows iam:PassRole on this role"
	}
	cases := map[string]struct {
		in   desired.Inputs
		want []string
	}{
		"a plain role":              {inputs("TaskExecution"), nil},
		"a task without statements": {inputs("Task"), nil},
		"a legacy scheduler role": {inputs("ServiceScheduler"), []string{
			"type ServiceScheduler is legacy: ECS uses the service-linked role AWSServiceRoleForECS instead; keep this one only for what still names it",
		}},
		"a legacy scaling role": {inputs("ServiceAutoScaling"), []string{
			"type ServiceAutoScaling is legacy: ECS uses the service-linked role AWSServiceRoleForApplicationAutoScaling_ECSService instead; keep this one only for what still names it",
		}},
		"a rule role without permissions":       {inputs("EventBridgeRule"), []string{nothing("EventBridgeRule")}},
		"a scheduler role without permissions":  {inputs("EventBridgeScheduler"), []string{nothing("EventBridgeScheduler")}},
		"a CodeDeploy role without permissions": {inputs("CodeDeploy"), []string{nothing("CodeDeploy")}},
		"a rule role with statements":           {inputs("EventBridgeRule", statement), nil},
		"a rule role with AWS's policy":         {inputs("EventBridgeRule", attach), []string{anyRole}},
		"a CodeDeploy role with AWS's policy":   {inputs("CodeDeploy", attach), []string{anyRole}},
		"a CodeDeploy role with the limited policy": {inputs("CodeDeploy", attach, limited), []string{
			"AWS's policy lets CodeDeploy pass only roles named ecsTaskExecutionRole or ECSTaskExecution*: add an iam:PassRole statement for task roles and for execution roles of other names",
		}},
		"a hook without permissions": {inputs("LifecycleHook"), []string{
			"the role has no permissions: list lambda:InvokeFunction on the hook's functions under statements",
		}},
		"a hook with statements":                    {inputs("LifecycleHook", statement), nil},
		"an instance role that may be passed":       {inputs("ManagedInstance", named("ecsInstanceRoleBlue", "")), nil},
		"an instance role of another name":          {inputs("ManagedInstance"), []string{unpassed("/payments_checkout")}},
		"an instance role on another path":          {inputs("ManagedInstance", named("ecsInstanceRole", "/ecs/")), []string{unpassed("/ecs/ecsInstanceRole")}},
		"a container instance role of another name": {inputs("ContainerInstance"), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, built(t, c.in).Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}
