// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import "github.com/ecsiam/ecs-iam-controller/api/v1alpha1"

// Rule is a code with what it means.
type Rule struct {
	Code     v1alpha1.WarningCode
	Severity Severity
	// Meaning is one sentence; Advice says what to do.
	Meaning, Advice string
	// Wrong and Right are the spec of an ECSPolicy in YAML, or of an ECSRole where they name a type: one that the rule
	// finds, and its correction.
	Wrong, Right string
}

// Rules are all codes that statements can get, errors first.
func Rules() []Rule {
	return []Rule{
		{
			Code: v1alpha1.WarningUnknownAction, Severity: Error,
			Meaning: "The service has no such action. IAM saves it, and it permits nothing.",
			Advice: "Correct the name. If AWS added the action after this version was made, ignore the code until the " +
				"next one.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:DescribeCluster"], resources: ["*"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:DescribeClusters"], resources: ["*"]}]`,
		}, {
			Code: v1alpha1.WarningUnknownOperator, Severity: Error,
			Meaning: "IAM knows no such condition operator.",
			Advice:  "Operators are spelt as in StringEquals, with capitals.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:RunTask"], resources: ["*"], ` +
				`condition: {StringEqual: {"aws:RequestedRegion": [eu-west-1]}}}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:RunTask"], resources: ["*"], ` +
				`condition: {StringEquals: {"aws:RequestedRegion": [eu-west-1]}}}]`,
		}, {
			Code: v1alpha1.WarningMalformedARN, Severity: Error,
			Meaning: "A resource is neither an ARN nor \"*\", or names no valid account or region.",
			Advice:  "Write arn:{partition}:service:region:account:resource.",
			Wrong:   `statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["orders/*"]}]`,
			Right:   `statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["arn:{partition}:s3:::orders/*"]}]`,
		}, {
			Code: v1alpha1.WarningForeignPartition, Severity: Error,
			Meaning: "An ARN is of another partition than the account, so that it matches nothing.",
			Advice:  "Write {partition}, which is right in every account.",
			Wrong:   `statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["arn:aws-cn:s3:::orders/*"]}]`,
			Right:   `statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["arn:{partition}:s3:::orders/*"]}]`,
		}, {
			Code: v1alpha1.WarningRefusedDocument, Severity: Error,
			Meaning: "IAM would refuse the document.",
			Advice:  "Correct what the message names.",
			Wrong:   `statements: [{effect: Allow, actions: ["s3-GetObject"], resources: ["*"]}]`,
			Right:   `statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["*"]}]`,
		}, {
			Code: v1alpha1.WarningUnknownService, Severity: Warning,
			Meaning: "The prefix of an action is that of no service that is known.",
			Advice:  "Correct the prefix, which is often not the name of the service: logs, not cloudwatchlogs.",
			Wrong:   `statements: [{effect: Allow, actions: ["secretmanager:GetSecretValue"], resources: ["*"]}]`,
			Right:   `statements: [{effect: Allow, actions: ["secretsmanager:GetSecretValue"], resources: ["*"]}]`,
		}, {
			Code: v1alpha1.WarningNoResourceLevel, Severity: Warning,
			Meaning: "The action cannot be limited to resources, and no statement allows it on \"*\": nothing is granted.",
			Advice:  "Allow it on \"*\" in a statement of its own.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:ListClusters"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:cluster/shop"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:ListClusters"], resources: ["*"]}]`,
		}, {
			Code: v1alpha1.WarningUnusedResource, Severity: Warning,
			Meaning: "No action that the policy allows has resources of that form.",
			Advice:  "Remove the resource, or add the action that it was meant for.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:RunTask"], resources: [` +
				`"arn:{partition}:ecs:*:{accountID}:task-definition/web:*", "arn:{partition}:ecs:*:{accountID}:cluster/shop"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:RunTask"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:task-definition/web:*"], ` +
				`condition: {ArnEquals: {"ecs:cluster": ["arn:{partition}:ecs:eu-west-1:{accountID}:cluster/shop"]}}}]`,
		}, {
			Code: v1alpha1.WarningMissingResource, Severity: Warning,
			Meaning: "The action needs a resource of a type that no statement which allows it names: nothing is granted.",
			Advice:  "Add a resource of that type.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:ExecuteCommand"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:task/shop/*"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:ExecuteCommand"], resources: [` +
				`"arn:{partition}:ecs:*:{accountID}:task/shop/*", "arn:{partition}:ecs:*:{accountID}:cluster/shop"]}]`,
		}, {
			Code: v1alpha1.WarningUnusedConditionKey, Severity: Warning,
			Meaning: "No request of the statement's actions holds the condition key: the condition never holds, or always.",
			Advice:  "Use a key that the actions have; the Service Authorization Reference lists them.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"], ` +
				`condition: {StringEquals: {"ecs:clusters": ["shop"]}}}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"], ` +
				`condition: {ArnEquals: {"ecs:cluster": ["arn:{partition}:ecs:eu-west-1:{accountID}:cluster/shop"]}}}]`,
		}, {
			Code: v1alpha1.WarningStringOperatorOnARN, Severity: Warning,
			Meaning: "A condition compares an ARN as text, so that wildcards do not work.",
			Advice:  "Use ArnLike or ArnEquals, which are the same.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"], ` +
				`condition: {StringEquals: {"ecs:cluster": ["arn:{partition}:ecs:eu-west-1:{accountID}:cluster/shop"]}}}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"], ` +
				`condition: {ArnEquals: {"ecs:cluster": ["arn:{partition}:ecs:eu-west-1:{accountID}:cluster/shop"]}}}]`,
		}, {
			Code: v1alpha1.WarningShortARN, Severity: Warning,
			Meaning: "The ARN of a service, task or container instance lacks the cluster, as those made before 2021 did.",
			Advice:  "Put the name of the cluster, or an asterisk, before that of the resource.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:UpdateService"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:service/web"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:UpdateService"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:service/shop/web"]}]`,
		}, {
			Code: v1alpha1.WarningNoRevision, Severity: Warning,
			Meaning: "A task definition is named without a revision, which matches none.",
			Advice:  "Append :* for all revisions.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:RunTask"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:task-definition/web"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:RunTask"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:task-definition/web:*"]}]`,
		}, {
			Code: v1alpha1.WarningSecretSuffix, Severity: Warning,
			Meaning: "A secret is named without the hyphen and six characters that Secrets Manager appends, which matches none.",
			Advice:  "Append -?????? or the real suffix.",
			Wrong: `statements: [{effect: Allow, actions: ["secretsmanager:GetSecretValue"], ` +
				`resources: ["arn:{partition}:secretsmanager:*:{accountID}:secret:database"]}]`,
			Right: `statements: [{effect: Allow, actions: ["secretsmanager:GetSecretValue"], ` +
				`resources: ["arn:{partition}:secretsmanager:*:{accountID}:secret:database-??????"]}]`,
		}, {
			Code: v1alpha1.WarningEmptyARNField, Severity: Warning,
			Meaning: "The region or account of an ARN is empty, where that of no such resource is.",
			Advice:  "Name them, or write an asterisk.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:DescribeClusters"], ` +
				`resources: ["arn:{partition}:ecs:::cluster/shop"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:DescribeClusters"], ` +
				`resources: ["arn:{partition}:ecs:*:{accountID}:cluster/shop"]}]`,
		}, {
			Code: v1alpha1.WarningPassesAnyRole, Severity: Warning,
			Meaning: "The holder may pass every role of the account, one with more permissions than its own included.",
			Advice:  "Name the roles, or a path that only they have. On an ECSRole, grants.passRoles does.",
			Wrong: `statements: [{effect: Allow, actions: ["iam:PassRole"], resources: ["*"], ` +
				`condition: {StringEquals: {"iam:PassedToService": [ecs-tasks.amazonaws.com]}}}]`,
			Right: `statements: [{effect: Allow, actions: ["iam:PassRole"], ` +
				`resources: ["arn:{partition}:iam::{accountID}:role/shop_web"], ` +
				`condition: {StringEquals: {"iam:PassedToService": [ecs-tasks.amazonaws.com]}}}]`,
		}, {
			Code: v1alpha1.WarningPassRoleAnyService, Severity: Warning,
			Meaning: "The holder may pass the role to every service that the role trusts.",
			Advice:  "Add a condition on iam:PassedToService.",
			Wrong: `statements: [{effect: Allow, actions: ["iam:PassRole"], ` +
				`resources: ["arn:{partition}:iam::{accountID}:role/shop_web"]}]`,
			Right: `statements: [{effect: Allow, actions: ["iam:PassRole"], ` +
				`resources: ["arn:{partition}:iam::{accountID}:role/shop_web"], ` +
				`condition: {StringEquals: {"iam:PassedToService": [ecs-tasks.amazonaws.com]}}}]`,
		}, {
			Code: v1alpha1.WarningAdministration, Severity: Warning,
			Meaning: "A wildcard takes in the permissions to change permissions: the holder is an administrator.",
			Advice:  "Name the actions that are needed.",
			Wrong:   `statements: [{effect: Allow, actions: ["iam:*"], resources: ["*"]}]`,
			Right:   `statements: [{effect: Allow, actions: ["iam:Get*", "iam:List*"], resources: ["*"]}]`,
		}, {
			Code: v1alpha1.WarningRedundantStatement, Severity: Warning,
			Meaning: "Another statement covers all that one says.",
			Advice:  "Remove it, or correct what should make it differ.",
			Wrong: `statements: [{effect: Allow, actions: ["ecs:Describe*"], resources: ["*"]}, ` +
				`{effect: Allow, actions: ["ecs:DescribeTasks"], resources: ["*"]}]`,
			Right: `statements: [{effect: Allow, actions: ["ecs:Describe*"], resources: ["*"]}]`,
		}, {
			Code: v1alpha1.WarningSharedRole, Severity: Warning,
			Meaning: "A task role has the policy of task execution roles, so that containers can do what the agent must.",
			Advice:  "Declare two roles, and name each in its place in the task definition.",
			Wrong: `{type: Task, managedPolicies: ` +
				`[{arn: "arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}]}`,
			Right: `{type: TaskExecution}`,
		},
	}
}
