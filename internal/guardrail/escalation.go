// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Managing names the actions of a service that AWS counts as permissions management, such as s3:PutBucketPolicy.
type Managing func(service string) []string

// escalating are services whose writes all raise permissions, with the beginnings of the names of their reads. What is
// not known to read is taken to write, so that an action that AWS adds needs no entry here.
var escalating = map[string][]string{
	"iam":           {"get", "list", "generate", "simulate"},
	"organizations": {"describe", "list"},
	"rolesanywhere": {"get", "list"},
	"sso":           {"describe", "get", "list", "search"},
	"sso-directory": {"describe", "get", "list", "search"},
	"identitystore": {"describe", "get", "list", "ismemberingroups"},
	// Some actions of STS that read hand out credentials, so the harmless ones are spelt out.
	"sts": {"getcalleridentity$", "getaccesskeyinfo$", "getservicebearertoken$", "getsessiontoken$"},
}

// single are actions of other services with which alone a principal can act as another one. Sources: DataDog's
// pathfinding.cloud, the paths that need no iam:PassRole or that end in a role which a resource holds already; the user
// guides of Amazon ECS ("Amazon ECS Exec") and Amazon EKS ("Grant IAM users access to Kubernetes with EKS access
// entries").
var single = []string{
	"apprunner:UpdateService",
	"cloudformation:UpdateStack",
	"codebuild:StartBuild", "codebuild:StartBuildBatch",
	"ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation",
	"ecs:ExecuteCommand",
	"eks:AssociateAccessPolicy", "eks:CreateAccessEntry", "eks:UpdateAccessEntry",
	"glue:UpdateDevEndpoint",
	"lambda:UpdateFunctionCode",
	"sagemaker:CreatePresignedNotebookInstanceUrl",
	"ssm:SendCommand", "ssm:StartSession",
}

var singleTerms = terms(single...)

// path is a way to act as another principal that needs several actions. Those of one group must be allowed on one
// resource; groups are about resources of different types.
type path struct {
	name   string
	groups [][]policy.Term
}

// paths are those of the same source whose actions are harmless each by itself. A path with iam:PassRole is none of
// them: either iam:PassRole is refused, or its own rule admits it, and then it completes no path.
var paths = []path{
	{"running code with the role of a Bedrock AgentCore code interpreter", [][]policy.Term{terms(
		"bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter")}},
	{"changing a stack with the role of AWS CloudFormation", [][]policy.Term{terms(
		"cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet")}},
	{"logging in to an instance that has a role", [][]policy.Term{terms(
		"ec2-instance-connect:SendSSHPublicKey", "ec2:DescribeInstances")}},
	{"changing what an instance with a role runs at its start", [][]policy.Term{terms(
		"ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances")}},
	{"changing the launch template of instances that have a role", [][]policy.Term{terms(
		"ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate")}},
	{"changing what a notebook instance with a role runs at its start", [][]policy.Term{
		terms("sagemaker:CreateNotebookInstanceLifecycleConfig"),
		terms("sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"),
	}},
}

// passRole is the action that has a rule of its own.
var passRole = policy.ActionTerm("iam:PassRole")

func terms(actions ...string) []policy.Term {
	list := make([]policy.Term, len(actions))
	for i, action := range actions {
		list[i] = policy.ActionTerm(action)
	}
	return list
}

// escalates says which action that raises permissions a pattern may match, or nothing. The pattern has a service.
func (m Managing) escalates(action policy.Term) string {
	service, name, _ := strings.Cut(action.Key(), ":")
	if reads, all := escalating[service]; all {
		if slices.ContainsFunc(reads, func(read string) bool { return within(name, read) }) {
			return ""
		}
		if action.Exact() {
			return action.String()
		}
		return service + "'s writes"
	}
	for i, t := range singleTerms {
		if t.Meets(action) {
			return single[i]
		}
	}
	if m == nil {
		return ""
	}
	for _, managing := range m(service) {
		if policy.ActionTerm(service + ":" + managing).Meets(action) {
			return service + ":" + managing
		}
	}
	return ""
}

// within reports whether a pattern matches only names that begin with a text, or with a dollar sign, that name alone.
func within(pattern, beginning string) bool {
	if whole, ok := strings.CutSuffix(beginning, "$"); ok {
		return pattern == whole
	}
	return strings.HasPrefix(pattern, beginning)
}

// readers are the beginnings of names behind which a wildcard is accepted without a rule: what AWS names so reads.
var readers = []string{"get", "list", "describe", "batchget", "head"}

// reads reports whether a pattern with wildcards matches only names that begin as those of reads do.
func reads(action policy.Term) bool {
	_, name, _ := strings.Cut(action.Key(), ":")
	literal := name
	if i := strings.IndexAny(name, "*?"); i >= 0 {
		literal = name[:i]
	}
	return slices.ContainsFunc(readers, func(reader string) bool { return strings.HasPrefix(literal, reader) })
}
