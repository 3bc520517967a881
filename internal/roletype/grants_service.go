// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func checkRunTask(r Reader, path *field.Path, g *v1alpha1.Grants) {
	run := g.RunTask
	run.TaskDefinitionFamilies = ecsNames(r, path.Child("taskDefinitionFamilies"), run.TaskDefinitionFamilies)
	run.ClusterNames = ecsNames(r, path.Child("clusterNames"), run.ClusterNames)
	r.Regions(path.Child("regions"), run.Regions)
	mode(r, path.Child("tagging"), run.Tagging)
}

// runTaskStatements allow a family both with its revisions and alone: since May 2024 a call without revision is matched
// against "family:*", and before that it was matched against the bare family. Sources: Amazon EventBridge User Guide,
// "IAM roles for sending events to targets"; Amazon ECS Developer Guide, "Tagging authorization".
func runTaskStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	clusters, regions := texts(g.RunTask.ClusterNames), regionsOf(g.RunTask.Regions, s)
	run := allow(sid("RunTask"),
		s.ecsARNs(regions, "task-definition/", texts(g.RunTask.TaskDefinitionFamilies), "", ":*"), "ecs:RunTask")
	run.Condition = policy.Condition{"ArnLike": {"ecs:cluster": s.ecsARNs(regions, "cluster/", clusters, "")}}
	if g.RunTask.Tagging == v1alpha1.GrantDisabled {
		return present(run)
	}
	tag := allow(sid("TagTasks"), s.ecsARNs(regions, "task/", clusters, "/*"), "ecs:TagResource")
	tag.Condition = policy.Condition{"StringEquals": {"ecs:CreateAction": {"RunTask"}}}
	return present(run, tag)
}

func checkPassRoles(r Reader, path *field.Path, g *v1alpha1.Grants) { r.PassedRoles(path, g.PassRoles) }

// passStatements let the role hand the resolved roles to the service that its type passes roles to.
func passStatements(_ v1alpha1.Grants, s GrantSettings) []policy.Statement {
	if len(s.PassedRoles) == 0 {
		return nil
	}
	return []policy.Statement{s.kind.Passes.statement(sid("PassRoles"), s.PassedRoles)}
}

// codeDeployStatements are AWS's policies AWSCodeDeployRoleForECS and AWSCodeDeployRoleForECSLimited without what they
// say of iam:PassRole.
func codeDeployStatements(s GrantSettings) []policy.Statement {
	deploy := allow(sid("CodeDeploy"), anything,
		"ecs:DescribeServices", "ecs:CreateTaskSet", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet",
		"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeListeners",
		"elasticloadbalancing:ModifyListener", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:ModifyRule",
		"cloudwatch:DescribeAlarms")
	const invoke, publish, revision, version = "lambda:InvokeFunction", "sns:Publish", getObject, "s3:GetObjectVersion"
	if s.CodeDeploy != v1alpha1.CodeDeployLimited {
		deploy.Actions = append(deploy.Actions, invoke, publish, revision, version)
		return []policy.Statement{deploy}
	}
	revisions := allow(sid("CodeDeployRevisions"), anything, revision, version)
	revisions.Condition = policy.Condition{"StringEquals": {"s3:ExistingObjectTag/UseWithCodeDeploy": {"true"}}}
	return []policy.Statement{
		deploy,
		allow(sid("CodeDeployTopics"), []string{"arn:" + s.Partition + ":sns:*:*:CodeDeployTopic_*"}, publish),
		allow(sid("CodeDeployHooks"), []string{"arn:" + s.Partition + ":lambda:*:*:function:CodeDeployHook_*"}, invoke),
		revisions,
	}
}

// functionParts is the number of parts of a function's ARN without version or alias.
const functionParts = 7

func checkHooks(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.InvokeFunctions.FunctionARNs = needed(r, path.Child("functionARNs"), g.InvokeFunctions.FunctionARNs, functionForm)
}

// hookStatements are from the Amazon ECS Developer Guide, "Permissions required for Lambda functions in Amazon ECS
// blue/green deployments". A function without version or alias is meant with all of them.
func hookStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	var functions []string
	for _, arn := range texts(g.InvokeFunctions.FunctionARNs) {
		functions = append(functions, arn)
		if strings.Count(arn, ":") == functionParts-1 && !strings.HasSuffix(arn, "*") {
			functions = append(functions, arn+":*")
		}
	}
	return present(allow(sid("InvokeHooks"), functions, "lambda:InvokeFunction"))
}
