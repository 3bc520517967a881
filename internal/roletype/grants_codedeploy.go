// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

const (
	invokeFunction = "lambda:InvokeFunction"
	publish        = "sns:Publish"
	objectVersion  = "s3:GetObjectVersion"
)

func checkDeployments(r Reader, path *field.Path, g *v1alpha1.Grants) {
	d := g.Deployments
	d.FunctionARNs = arns(r, path.Child("functionARNs"), d.FunctionARNs, functionForm)
	d.TopicARNs = arns(r, path.Child("topicARNs"), d.TopicARNs, topicForm)
	d.ObjectARNs = arns(r, path.Child("objectARNs"), d.ObjectARNs, objectForm)
	d.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), d.KMSKeyARNs, keyForm)
	r.Regions(path.Child("regions"), d.Regions, false)
}

// deploymentStatements let CodeDeploy use what is listed and nothing else.
func deploymentStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	d := g.Deployments
	return present(
		allow(sid("CodeDeployHooks"), functions(d.FunctionARNs), invokeFunction),
		allow(sid("CodeDeployTopics"), texts(d.TopicARNs), publish),
		allow(sid("CodeDeployRevisions"), texts(d.ObjectARNs), getObject, objectVersion),
		useKeys("CodeDeployKeys", decrypt, d.KMSKeyARNs, viaObjects),
	)
}

// codeDeployStatements are what AWS's policies for CodeDeploy allow beside passing roles, in the account and its
// regions. Source: AWS Managed Policy Reference, "AWSCodeDeployRoleForECS".
func codeDeployStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	regions := s.knownRegions(nil)
	if g.Deployments != nil {
		regions = s.knownRegions(g.Deployments.Regions)
	}
	statements := []policy.Statement{ //nolint:prealloc // a handful
		allow(sid("CodeDeploy"), s.arns("ecs", regions, "service/*", "task-set/*"),
			"ecs:DescribeServices", "ecs:CreateTaskSet", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet"),
		allow(sid("CodeDeployDescribe"), anything, "elasticloadbalancing:DescribeTargetGroups",
			"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules"),
		allow(sid("CodeDeployListeners"), s.arns("elasticloadbalancing", regions, "listener/*", "listener-rule/*"),
			"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"),
		allow(sid("CodeDeployAlarms"), s.arns("cloudwatch", regions, "alarm:*"), "cloudwatch:DescribeAlarms"),
	}
	if g.Deployments != nil {
		return statements
	}
	return append(statements, unnamedDeployments(s, regions)...)
}

// unnamedDeployments are the functions, topics and revisions of the account, by AWS's naming conventions if the role
// follows the Limited policy.
func unnamedDeployments(s GrantSettings, regions []string) []policy.Statement {
	function, topic := "function:*", "*"
	revisions := allow(sid("CodeDeployRevisions"), []string{"arn:" + s.Partition + ":s3:::*/*"}, getObject, objectVersion)
	revisions.Condition = s.ownResources()
	if s.CodeDeploy == v1alpha1.CodeDeployLimited {
		function, topic = "function:CodeDeployHook_*", "CodeDeployTopic_*"
		revisions.Condition["StringEquals"]["s3:ExistingObjectTag/UseWithCodeDeploy"] = []string{"true"}
	}
	return []policy.Statement{
		allow(sid("CodeDeployHooks"), s.arns("lambda", regions, function), invokeFunction),
		allow(sid("CodeDeployTopics"), s.arns("sns", regions, topic), publish),
		revisions,
	}
}

// functions are the patterns of Lambda functions: one without version or alias stands for all of them.
func functions(arns []v1alpha1.FunctionARN) []string {
	var patterns []string
	for _, arn := range texts(arns) {
		patterns = append(patterns, arn)
		if strings.Count(arn, ":") == functionParts-1 && !strings.HasSuffix(arn, "*") {
			patterns = append(patterns, arn+":*")
		}
	}
	return patterns
}

// functionParts is the number of parts of a function's ARN without version or alias.
const functionParts = 7
