// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import "github.com/ecsiam/ecs-iam-controller/api/v1alpha1"

// Pitfalls are what goes wrong with roles of the type, a sentence or two each. docs/role-types.md lists them and says
// more.
func (t Type) Pitfalls() []string { return pitfalls[t.Name] }

// pitfalls are by type. Sources: the pages that Topic names, and those of the grants.
var pitfalls = map[v1alpha1.RoleType][]string{
	v1alpha1.RoleTypeTaskExecution: {
		"The containers never have this role: what their code may do is a role of type Task.",
		"The ARN of a secret ends in a dash and six characters: write secret:NAME-??????, or use grants.secrets.",
		"AWS's policy does not allow logs:CreateLogGroup, which awslogs-create-group needs: grants.logs does.",
		"While AWS's policy is attached, grants.ecr restricts nothing: set defaultManagedPolicies: Omit.",
	},
	v1alpha1.RoleTypeTask: {
		"It pulls no images and reads no secrets of the task definition: that is a role of type TaskExecution.",
		"ECS does not support aws:SourceArn of one cluster in the trust policy; trust.regions narrows it to regions.",
		"aws:SourceArn in permissions never matches: it belongs into the trust policy alone.",
		"ECS Exec needs grants.execCommand.",
	},
	v1alpha1.RoleTypeContainerInstance: {
		"EC2 takes an instance profile and not a role; it is made with the role and has its name unless " +
			"instanceProfile.name says otherwise.",
		"EC2 does not send aws:SourceArn and aws:SourceAccount: with the condition no instance could use the role.",
		"Tasks reach the instance's credentials by its metadata service unless that is blocked.",
		"AmazonECS_FullAccess passes only roles named ecsInstanceRole* to EC2.",
	},
	v1alpha1.RoleTypeManagedInstance: {
		"It needs a role of type Infrastructure with the capability ManagedInstances beside it.",
		"AWS's policy for that role passes only roles on path / named ecsInstanceRole*: otherwise instances fail with " +
			"ResourceInitializationError. Set roleName, or name this role under grants.passRoles there.",
	},
	v1alpha1.RoleTypeExternalInstance: {
		"There is no instance profile: name the role in aws ssm create-activation --iam-role.",
		"AWS's policy lets a machine join every cluster: grants.clusters names those that are meant.",
	},
	v1alpha1.RoleTypeInfrastructure: {
		"spec.capabilities chooses the policies; without one the role may do nothing.",
		"Deleting it, or taking Volumes away, while tasks with EBS volumes run leaves them in DEPROVISIONING.",
		"AmazonECS_FullAccess passes only a role of the exact name ecsInfrastructureRole to ECS.",
		"Volumes with a customer managed key need a key policy that names this role.",
	},
	v1alpha1.RoleTypeServiceScheduler: {
		"A service that uses the service-linked role refuses it: declare an ECSServiceLinkedRole for ECS instead.",
	},
	v1alpha1.RoleTypeServiceAutoScaling: {
		"Application Auto Scaling uses its service-linked role for ECS: declare an ECSServiceLinkedRole instead.",
	},
	v1alpha1.RoleTypeCodeDeploy: {
		"AWS's policy may pass any role of the account to a task: grants.passRoles is required in its place.",
		"codeDeploy.managedPolicy: Limited invokes only functions named CodeDeployHook_*, publishes only to topics named " +
			"CodeDeployTopic_*, and reads only objects tagged UseWithCodeDeploy=true.",
	},
	v1alpha1.RoleTypeEventBridgeRule: {
		"AWS's policy may run any task and pass any role: grants.runTask is required in its place.",
		"The task role and the execution role both belong under grants.passRoles.",
		"A rule that sets or propagates tags fails without a word where ecs:TagResource is missing: only the metric " +
			"FailedInvocations rises.",
		"In statements name the task definition with :*, because ECS does not take the bare family for all its revisions.",
	},
	v1alpha1.RoleTypeEventBridgeScheduler: {
		"The service sends the ARN of the schedule group: that of a schedule in trust.sourceARNs never matches.",
		"The task role and the execution role both belong under grants.passRoles.",
		"Whoever creates the schedule must be allowed to pass this role to scheduler.amazonaws.com.",
	},
	v1alpha1.RoleTypeLifecycleHook: {
		"It is not the role of the Lambda function, which is an ordinary execution role of Lambda.",
		"Hooks of the kind PAUSE need no role.",
	},
	v1alpha1.RoleTypeStepFunctions: {
		"Waiting for the end of a task (ecs:runTask.sync) needs a rule of EventBridge, which grants.runTask allows " +
			"unless sync is Disabled.",
		"The service sends the ARN of the state machine: that of an execution in trust.sourceARNs never matches.",
	},
	v1alpha1.RoleTypeEventBridgePipe: {
		"grants.pipeSource knows queues of SQS and streams of Kinesis and DynamoDB: for Amazon MQ, Kafka and enrichment " +
			"use statements.",
	},
}
