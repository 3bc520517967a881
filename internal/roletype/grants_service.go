// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func checkRunTask(r Reader, path *field.Path, g *v1alpha1.Grants) {
	run := g.RunTask
	run.TaskDefinitionFamilies = ecsNames(r, path.Child("taskDefinitionFamilies"), run.TaskDefinitionFamilies)
	run.ClusterNames = ecsNames(r, path.Child("clusterNames"), run.ClusterNames)
	r.Regions(path.Child("regions"), run.Regions, true)
	mode(r, path.Child("tagging"), run.Tagging)
	mode(r, path.Child("sync"), run.Sync)
	if run.Sync != "" && r.Type() != v1alpha1.RoleTypeStepFunctions {
		r.Refuse(field.Forbidden(path.Child("sync"), "only Step Functions waits for its tasks: remove sync"))
	}
}

// runTaskStatements allow a family both with its revisions and alone: since May 2024 a call without revision is matched
// against "family:*", and before that it was matched against the bare family. Sources: Amazon EventBridge User Guide,
// "IAM roles for sending events to targets"; Amazon ECS Developer Guide, "Tagging authorization".
func runTaskStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	clusters, regions := texts(g.RunTask.ClusterNames), regionsOf(g.RunTask.Regions, s)
	run := allow(sid("RunTask"),
		s.ecsARNs(regions, "task-definition/", texts(g.RunTask.TaskDefinitionFamilies), "", ":*"), "ecs:RunTask")
	run.Condition = policy.Condition{"ArnLike": {"ecs:cluster": s.ecsARNs(regions, "cluster/", clusters, "")}}
	statements, tasks := []policy.Statement{run}, s.ecsARNs(regions, "task/", clusters, "/*")
	if g.RunTask.Tagging != v1alpha1.GrantDisabled {
		tag := allow(sid("TagTasks"), tasks, "ecs:TagResource")
		tag.Condition = policy.Condition{"StringEquals": {"ecs:CreateAction": {"RunTask"}}}
		statements = append(statements, tag)
	}
	if s.kind.Name == v1alpha1.RoleTypeStepFunctions && g.RunTask.Sync != v1alpha1.GrantDisabled {
		statements = append(statements, s.syncStatements(tasks, regions)...)
	}
	return present(statements...)
}

// syncStatements let a state machine wait for the end of tasks. AWS's page allows ecs:StopTask and ecs:DescribeTasks on
// everything, because the id of a task is not known before; the clusters are.
func (s GrantSettings) syncStatements(tasks, regions []string) []policy.Statement {
	return []policy.Statement{
		allow(sid("WatchTasks"), tasks, "ecs:DescribeTasks", "ecs:StopTask"),
		allow(sid("TaskEvents"), s.arns("events", regions, "rule/StepFunctionsGetEventsForECSTaskRule"),
			"events:PutRule", "events:PutTargets", "events:DescribeRule"),
	}
}

func checkPassRoles(r Reader, path *field.Path, g *v1alpha1.Grants) { r.PassedRoles(path, g.PassRoles) }

// passStatements let the role hand the resolved roles to the service that its type passes roles to.
func passStatements(_ v1alpha1.Grants, s GrantSettings) []policy.Statement {
	if len(s.PassedRoles) == 0 {
		return nil
	}
	return []policy.Statement{s.kind.Passes.statement(sid("PassRoles"), s.PassedRoles, s.Principal)}
}

func checkHooks(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.InvokeFunctions.FunctionARNs = needed(r, path.Child("functionARNs"), g.InvokeFunctions.FunctionARNs, functionForm)
}

// hookStatements are from the Amazon ECS Developer Guide, "Permissions required for Lambda functions in Amazon ECS
// blue/green deployments". A function without version or alias is meant with all of them.
func hookStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(allow(sid("InvokeHooks"), functions(g.InvokeFunctions.FunctionARNs), invokeFunction))
}
