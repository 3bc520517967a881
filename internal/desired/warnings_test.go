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
	omit := spec(func(s *v1alpha1.ECSRoleSpec) { s.DefaultManagedPolicies = v1alpha1.DefaultManagedPoliciesOmit })
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
	const anyRole = "AWS's policy may pass any role in the account to tasks: set defaultManagedPolicies: Auto and list the roles under grants.passRoles, if that is too much"
	const nothing = "the role has no permissions: set defaultManagedPolicies: Auto and give grants, or list what is needed under statements"
	unpassed := func(role string) string {
		return "AWS's policy for Infrastructure roles passes only roles on path / whose names begin with ecsInstanceRole to EC2, not " + role + ": set roleName and path so, or list this role under grants.passRoles of the Infrastructure role"
	}
	passing := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Grants = &v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{ARN: "arn:{partition}:iam::{accountID}:role/{namespace}_app"}}}
	})
	endpoint := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Grants = &v1alpha1.Grants{}
		s.Grants.ECR = &v1alpha1.ECRGrant{
			RepositoryARNs: []v1alpha1.RepositoryARN{"arn:{partition}:ecr:eu-west-1:{accountID}:repository/app"},
			VPCEndpointIDs: []v1alpha1.VPCEndpointID{"vpce-0123456789abcdef0"},
		}
	})
	cases := map[string]struct {
		in   desired.Inputs
		want []string
	}{
		"a plain role":              {inputs("TaskExecution"), nil},
		"a task without statements": {inputs("Task"), nil},
		"a legacy scheduler role": {inputs("ServiceScheduler"), []string{
			"type ServiceScheduler is legacy: ECS uses the service-linked role AWSServiceRoleForECS instead; keep this role only while something still refers to it. The replacement: {apiVersion: ecsiam.dev/v1alpha1, kind: ECSServiceLinkedRole, metadata: {name: ecs}, spec: {service: ECS}}",
		}},
		"a legacy scaling role": {inputs("ServiceAutoScaling"), []string{
			"type ServiceAutoScaling is legacy: ECS uses the service-linked role AWSServiceRoleForApplicationAutoScaling_ECSService instead; keep this role only while something still refers to it. The replacement: {apiVersion: ecsiam.dev/v1alpha1, kind: ECSServiceLinkedRole, metadata: {name: application-auto-scaling}, spec: {service: ApplicationAutoScaling}}",
		}},
		"a legacy role in another account": {inputs("ServiceScheduler", spec(func(s *v1alpha1.ECSRoleSpec) {
			s.AccountRef.Name = "production"
		})), []string{
			"type ServiceScheduler is legacy: ECS uses the service-linked role AWSServiceRoleForECS instead; keep this role only while something still refers to it. The replacement: {apiVersion: ecsiam.dev/v1alpha1, kind: ECSServiceLinkedRole, metadata: {name: ecs-production}, spec: {service: ECS, accountRef: {name: production}}}",
		}},
		"a rule role without permissions":       {inputs("EventBridgeRule", omit), []string{nothing}},
		"a scheduler role without permissions":  {inputs("EventBridgeScheduler", omit), []string{nothing}},
		"a CodeDeploy role without permissions": {inputs("CodeDeploy", omit), []string{nothing}},
		"a rule role with statements":           {inputs("EventBridgeRule", omit, statement), nil},
		"a rule role with AWS's policy":         {inputs("EventBridgeRule", attach), []string{anyRole}},
		"a CodeDeploy role with AWS's policy":   {inputs("CodeDeploy", attach), []string{anyRole}},
		"a CodeDeploy role with the limited policy": {inputs("CodeDeploy", attach, limited), []string{
			"AWS's policy lets CodeDeploy pass only roles named ecsTaskExecutionRole or ECSTaskExecution*: list task roles, and execution roles of other names, under grants.passRoles",
		}},
		"a CodeDeploy role with the limited policy and roles to pass": {inputs("CodeDeploy", attach, limited, passing), nil},
		"a rule role that starts tasks without roles": {
			inputs("EventBridgeRule", spec(func(s *v1alpha1.ECSRoleSpec) { s.Grants = &v1alpha1.Grants{RunTask: nightly()} })),
			[]string{"the role can start only tasks without a task role and a task execution role: list theirs under grants.passRoles"},
		},
		"a pull limited to a VPC beside AWS's policy": {inputs("TaskExecution", endpoint), []string{
			"vpcEndpointIDs and vpcIDs of grants.ecr have no effect beside AWS's policy, which allows every pull: set defaultManagedPolicies: Omit, and give grants.logs for what is missing then",
		}},
		"a pull limited to a VPC without AWS's policy": {inputs("TaskExecution", endpoint, omit), nil},
		"a hook without permissions": {inputs("LifecycleHook"), []string{
			"the role has no permissions: list the hook's functions under grants.invokeFunctions",
		}},
		"a state machine without permissions": {inputs("StepFunctions"), []string{
			"the role has no permissions: name the tasks under grants.runTask, and their roles under grants.passRoles",
		}},
		"a pipe without permissions": {inputs("EventBridgePipe"), []string{
			"the role has no permissions: name the source under grants.pipeSource, and the tasks under grants.runTask",
		}},
		"a pipe without a source": {
			inputs("EventBridgePipe", refs, spec(func(s *v1alpha1.ECSRoleSpec) {
				s.Grants = &v1alpha1.Grants{RunTask: nightly(), PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "app"}}}}
			})),
			[]string{"the pipe cannot read its source: name it under grants.pipeSource"},
		},
		"a hook with statements":                    {inputs("LifecycleHook", statement), nil},
		"an instance role that may be passed":       {inputs("ManagedInstance", named("ecsInstanceRoleBlue", "")), nil},
		"an instance role of another name":          {inputs("ManagedInstance"), []string{unpassed("/payments_checkout")}},
		"an instance role on another path":          {inputs("ManagedInstance", named("ecsInstanceRole", "/ecs/")), []string{unpassed("/ecs/ecsInstanceRole")}},
		"a container instance role of another name": {inputs("ContainerInstance"), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(built(t, c.in).Warnings)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func texts(warnings []v1alpha1.Warning) []string {
	var list []string
	for _, w := range warnings {
		list = append(list, w.Message)
	}
	return list
}

func TestWarningsNameTheirCodeAndField(t *testing.T) {
	got := built(t, inputs("LifecycleHook")).Warnings
	want := []v1alpha1.Warning{{
		Code: v1alpha1.WarningNoPermissions, Field: "spec.grants",
		Message: "the role has no permissions: list the hook's functions under grants.invokeFunctions",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
