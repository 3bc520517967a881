// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var (
	taskExecution = []v1alpha1.RoleType{v1alpha1.RoleTypeTaskExecution}
	task          = []v1alpha1.RoleType{v1alpha1.RoleTypeTask}
	instance      = []v1alpha1.RoleType{v1alpha1.RoleTypeContainerInstance}
	codeDeployer  = []v1alpha1.RoleType{v1alpha1.RoleTypeCodeDeploy}
	pipe          = []v1alpha1.RoleType{v1alpha1.RoleTypeEventBridgePipe}
	runners       = []v1alpha1.RoleType{
		v1alpha1.RoleTypeEventBridgeRule, v1alpha1.RoleTypeEventBridgeScheduler, v1alpha1.RoleTypeStepFunctions,
		v1alpha1.RoleTypeEventBridgePipe,
	}
	passers = slices.Concat(
		[]v1alpha1.RoleType{v1alpha1.RoleTypeInfrastructure, v1alpha1.RoleTypeCodeDeploy}, runners)
)

// grants is the table of all grants, in the order of the documentation and of the statements.
var grants = []Grant{
	{
		Field: "secrets", Types: taskExecution,
		Source:     `Amazon ECS Developer Guide, "Amazon ECS task execution IAM role"`,
		given:      func(g *v1alpha1.Grants) bool { return g.Secrets != nil },
		check:      checkSecrets,
		statements: secretStatements,
	},
	{
		Field: "privateRegistry", Types: taskExecution,
		Source:     `Amazon ECS Developer Guide, "Using non-AWS container images in Amazon ECS"`,
		given:      func(g *v1alpha1.Grants) bool { return g.PrivateRegistry != nil },
		check:      checkRegistry,
		statements: registryStatements,
	},
	{
		Field: "ecr", Types: taskExecution,
		Source:     `Amazon ECS Developer Guide, "Amazon ECS task execution IAM role"`,
		given:      func(g *v1alpha1.Grants) bool { return g.ECR != nil },
		check:      checkECR,
		statements: ecrStatements,
	},
	{
		Field: "environmentFiles", Types: taskExecution,
		Source:     `Amazon ECS Developer Guide, "Pass environment variables to an Amazon ECS container"`,
		given:      func(g *v1alpha1.Grants) bool { return g.EnvironmentFiles != nil },
		check:      checkEnvironmentFiles,
		statements: environmentStatements,
	},
	{
		Field: "logs", Types: taskExecution,
		Source:     `Amazon ECS API Reference, "LogConfiguration"`,
		given:      func(g *v1alpha1.Grants) bool { return g.Logs != nil },
		check:      checkLogs,
		statements: logStatements,
	},
	{
		Field: "fireLens", Types: slices.Concat(taskExecution, task),
		Source:     `Amazon ECS Developer Guide, "Example Amazon ECS task definition: Route logs to FireLens"`,
		given:      func(g *v1alpha1.Grants) bool { return g.FireLens != nil },
		check:      checkFireLens,
		statements: fireLensStatements,
	},
	{
		Field: "gmsa", Types: taskExecution,
		Source:     `Amazon ECS Developer Guide, "Learn how to use gMSAs for EC2 Windows containers for Amazon ECS"`,
		given:      func(g *v1alpha1.Grants) bool { return g.GMSA != nil },
		check:      checkGMSA,
		statements: gmsaStatements,
	},
	{
		Field: "fsx", Types: taskExecution,
		Source:     `Amazon ECS Developer Guide, "Tutorial: Using FSx for Windows File Server file systems with Amazon ECS"`,
		given:      func(g *v1alpha1.Grants) bool { return g.FSx != nil },
		check:      checkFSx,
		statements: fsxStatements,
	},
	{
		Field: "execCommand", Types: slices.Concat(task, instance),
		Source:     `Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec"`,
		given:      func(g *v1alpha1.Grants) bool { return g.ExecCommand != nil },
		check:      checkExec,
		statements: execStatements,
	},
	{
		Field: "efs", Types: task,
		Source:     `Amazon ECS Developer Guide, "Use Amazon EFS volumes with Amazon ECS"`,
		given:      func(g *v1alpha1.Grants) bool { return g.EFS != nil },
		check:      checkEFS,
		statements: efsStatements,
	},
	{
		Field: "xray", Types: task,
		Source: `Amazon ECS Developer Guide, "Identify Amazon ECS optimization opportunities using application trace ` +
			`data"`,
		given:      func(g *v1alpha1.Grants) bool { return g.XRay != nil },
		check:      checkXRay,
		statements: xrayStatements,
	},
	{
		Field: "trunking", Types: instance,
		Source:     `Amazon ECS Developer Guide, "Amazon ECS container instance IAM role"`,
		given:      func(g *v1alpha1.Grants) bool { return g.Trunking != nil },
		check:      checkTrunking,
		statements: trunkingStatements,
	},
	{
		Field: "agentConfig", Types: instance,
		Source:     `Amazon ECS Developer Guide, "Amazon ECS container instance IAM role"`,
		given:      func(g *v1alpha1.Grants) bool { return g.AgentConfig != nil },
		check:      checkAgentConfig,
		statements: agentConfigStatements,
	},
	{
		Field: "systemLogs", Types: instance,
		Source:     `Amazon ECS Developer Guide, "Amazon ECS container instance IAM role"`,
		given:      func(g *v1alpha1.Grants) bool { return g.SystemLogs != nil },
		check:      checkSystemLogs,
		statements: systemLogStatements,
	},
	{
		Field: grantClusters, Types: append(slices.Clone(instance), v1alpha1.RoleTypeExternalInstance),
		Source:     `Amazon ECS Developer Guide, "Best practices for IAM roles in Amazon ECS"`,
		given:      func(g *v1alpha1.Grants) bool { return g.Clusters != nil },
		check:      checkClusters,
		statements: clusterStatements,
	},
	{
		Field: grantRunTask, Types: runners,
		Source: `Amazon EventBridge User Guide, "IAM roles for sending events to targets"; AWS Step Functions Developer ` +
			`Guide, "IAM policies for Amazon ECS/AWS Fargate"`,
		given:      func(g *v1alpha1.Grants) bool { return g.RunTask != nil },
		check:      checkRunTask,
		statements: runTaskStatements,
	},
	{
		Field: grantPassRoles, Types: passers,
		Source: `AWS Identity and Access Management User Guide, "Grant a user permissions to pass a role to an AWS ` +
			`service"`,
		given:      func(g *v1alpha1.Grants) bool { return len(g.PassRoles) > 0 },
		check:      checkPassRoles,
		statements: passStatements,
	},
	{
		Field: "deployments", Types: codeDeployer,
		Source:     `AWS Managed Policy Reference, "AWSCodeDeployRoleForECS"`,
		given:      func(g *v1alpha1.Grants) bool { return g.Deployments != nil },
		check:      checkDeployments,
		statements: deploymentStatements,
	},
	{
		Field: "invokeFunctions", Types: []v1alpha1.RoleType{v1alpha1.RoleTypeLifecycleHook},
		Source: `Amazon ECS Developer Guide, "Permissions required for Lambda functions in Amazon ECS blue/green ` +
			`deployments"`,
		given:      func(g *v1alpha1.Grants) bool { return g.InvokeFunctions != nil },
		check:      checkHooks,
		statements: hookStatements,
	},
	{
		Field: "pipeSource", Types: pipe,
		Source:     `Amazon EventBridge User Guide, "Event source permissions for Amazon EventBridge Pipes"`,
		given:      func(g *v1alpha1.Grants) bool { return g.PipeSource != nil },
		check:      checkPipeSource,
		statements: pipeStatements,
	},
}

// Grants lists the table in the order of the documentation. The caller may change the list, not what its rows hold.
func Grants() []Grant { return slices.Clone(grants) }

// LookupGrant finds the row of a field of spec.grants.
func LookupGrant(name string) (Grant, bool) {
	i := slices.IndexFunc(grants, func(g Grant) bool { return g.Field == name })
	if i < 0 {
		return Grant{}, false
	}
	return grants[i], true
}

// withGrants fills in the grants of each type from the table.
func withGrants(types []Type) []Type {
	for i := range types {
		for j := range grants {
			if grants[j].Has(types[i].Name) {
				types[i].Grants = append(types[i].Grants, grants[j].Field)
			}
		}
	}
	return types
}
