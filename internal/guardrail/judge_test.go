// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

var place = guardrail.Values{
	Account: "default", Namespace: "payments", AccountID: "111122223333", Partition: "aws", Region: "eu-west-1",
}

// managing is what the authorization data says of some services, so that the rules are tried without it.
func managing(service string) []string {
	return map[string][]string{
		"s3":     {"PutBucketPolicy", "PutObjectAcl"},
		"lambda": {"AddPermission"},
		"kms":    {"CreateGrant", "PutKeyPolicy"},
	}[service]
}

func bounds(g *v1alpha1.Guardrails) *guardrail.Bounds {
	return guardrail.NewBounds(&v1alpha1.AWSAccountSpec{AccountID: place.AccountID, Guardrails: g}, place, managing)
}

func guardrails(p v1alpha1.PermissionGuardrails) *v1alpha1.Guardrails {
	return &v1alpha1.Guardrails{PermissionGuardrails: p}
}

func statement(s policy.Statement) *policy.Content {
	return policy.ContentOf(&policy.Document{Version: policy.Version2012, Statements: []policy.Statement{s}})
}

func allow(actions, resources string) *policy.Content {
	return statement(policy.Statement{
		Effect: policy.Allow, Actions: strings.Fields(actions), Resources: strings.Fields(resources),
	})
}

// taskTrust is the trust policy that the type Task has by default.
func taskTrust() guardrail.Trust {
	return guardrail.Trust{Type: v1alpha1.RoleTypeTask, Content: statement(policy.Statement{
		Effect: policy.Allow, Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}},
		Actions: []string{"sts:AssumeRole"},
		Condition: policy.Condition{
			"ArnLike":      {"aws:SourceArn": {"arn:aws:ecs:*:111122223333:*"}},
			"StringEquals": {"aws:SourceAccount": {"111122223333"}},
		},
	})}
}

// role is a role that nothing is to be said of but of its documents.
func role(documents ...*policy.Content) guardrail.Role {
	r := guardrail.Role{Type: v1alpha1.RoleTypeTask, Trust: taskTrust()}
	for i, content := range documents {
		part := "inline/" + string(rune('a'+i))
		r.Documents = append(r.Documents, guardrail.Document{Part: part, Field: "spec.statements", Content: content})
	}
	return r
}

func passes(t *testing.T, list []guardrail.Violation) {
	t.Helper()
	if len(list) > 0 {
		t.Errorf("refused: %s", guardrail.Messages(list))
	}
}

func refused(t *testing.T, list []guardrail.Violation, want string) {
	t.Helper()
	if len(list) == 0 {
		t.Fatal("it passes")
	}
	if got := guardrail.Messages(list); !strings.Contains(got, want) {
		t.Errorf("the message is %q, want it to hold %q", got, want)
	}
}

func TestWithoutRulesWhatRaisesNoPermissionsPasses(t *testing.T) {
	for _, actions := range []string{
		"s3:GetObject", "s3:Get*", "dynamodb:BatchGet*", "s3:Head*", "ec2:Describe*", "s3:PutObject", "iam:Get* iam:List*",
		"sts:GetCallerIdentity", "newsvc:Create", "S3:lIsT*", "ec2:StopInstances ec2:StartInstances",
	} {
		t.Run(actions, func(t *testing.T) { passes(t, bounds(nil).Judge(role(allow(actions, "*")))) })
	}
}

func TestWithoutRulesAWildcardIsRefusedUnlessItReads(t *testing.T) {
	for action, want := range map[string]string{
		"*":                  "is not of one service",
		"s3:*":               "s3:PutBucketPolicy",
		"s3:G*":              "also takes actions that AWS adds later",
		"s3:?etObject":       "also takes actions that AWS adds later",
		"s3:Put*":            "may match s3:PutBucketPolicy",
		"newsvc:*":           "also takes actions that AWS adds later",
		"*:Get*":             "is not of one service",
		"s?:GetObject":       "is not of one service",
		"sts:Get*":           "sts's writes",
		"iam:G*":             "iam's writes",
		"IAM:passrole":       "act as the role that it passes",
		"iam:Pass????":       "iam's writes",
		"iam:NewThing":       "can raise permissions",
		"s3:GetOb\u0458ect":  "is not of one service",
		"s3:putbucketpolicy": "can raise permissions",
		"dynamodb:BatchW*":   "also takes actions that AWS adds later",
	} {
		t.Run(action, func(t *testing.T) { refused(t, bounds(nil).Judge(role(allow(action, "*"))), want) })
	}
}

func TestWhatCannotBeJudgedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		content *policy.Content
		want    string
	}{
		"notActions": {statement(policy.Statement{
			Effect: policy.Allow, NotActions: []string{"iam:*"}, Resources: []string{"*"},
		}), "notActions with Allow"},
		"notResources": {statement(policy.Statement{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"}, NotResources: []string{"arn:aws:s3:::a/*"},
		}), "notResources with Allow"},
		"an unreadable document": {policy.NewContent("{"), "cannot be read"},
		"an unknown document":    {nil, "cannot be read"},
		"a look-alike resource":  {allow("s3:GetObject", "arn:aws:s3:::p\u0430yments/*"), "is no ARN"},
		"half an ARN":            {allow("s3:GetObject", "arn:aws:s3"), "is no ARN"},
		"principals": {statement(policy.Statement{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: []string{"*"},
			Principal: &policy.Principal{AWS: []string{"*"}},
		}), "none that grants its holder"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, bounds(nil).Judge(role(c.content)), c.want) })
	}
}

func TestDenialsAreFree(t *testing.T) {
	passes(t, bounds(nil).Judge(role(statement(policy.Statement{
		Effect: policy.Deny, NotActions: []string{"iam:*"}, NotResources: []string{"*"},
	}))))
}

// escalations are the known ways to act as another principal, beside those that need iam:PassRole. Source: DataDog's
// pathfinding.cloud.
var escalations = map[string]string{
	"iam-001": "iam:CreatePolicyVersion", "iam-005": "iam:PutRolePolicy", "iam-007": "iam:PutUserPolicy",
	"iam-008": "iam:AttachUserPolicy", "iam-009": "iam:AttachRolePolicy", "iam-010": "iam:AttachGroupPolicy",
	"iam-011": "iam:PutGroupPolicy", "iam-013": "iam:AddUserToGroup", "iam-002": "iam:CreateAccessKey",
	"iam-003": "iam:CreateAccessKey iam:DeleteAccessKey", "iam-004": "iam:CreateLoginProfile",
	"iam-006": "iam:UpdateLoginProfile", "iam-012": "iam:UpdateAssumeRolePolicy",
	"iam-014": "iam:AttachRolePolicy sts:AssumeRole", "iam-015": "iam:AttachUserPolicy iam:CreateAccessKey",
	"iam-016": "iam:CreatePolicyVersion sts:AssumeRole", "iam-017": "iam:PutRolePolicy sts:AssumeRole",
	"iam-018": "iam:PutUserPolicy iam:CreateAccessKey", "iam-019": "iam:AttachRolePolicy iam:UpdateAssumeRolePolicy",
	"iam-020": "iam:CreatePolicyVersion iam:UpdateAssumeRolePolicy",
	"iam-021": "iam:PutRolePolicy iam:UpdateAssumeRolePolicy", "sts-001": "sts:AssumeRole",
	"cloudformation-005":     "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
	"apprunner-002":          "apprunner:UpdateService",
	"bedrock-002":            "bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
	"cloudformation-002":     "cloudformation:UpdateStack",
	"codebuild-002":          "codebuild:StartBuild",
	"codebuild-003":          "codebuild:StartBuildBatch",
	"ec2instanceconnect-003": "ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances",
	"ec2-002":                "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
	"ec2-004":                "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate",
	"glue-002":               "glue:UpdateDevEndpoint",
	"lambda-003":             "lambda:UpdateFunctionCode",
	"lambda-004":             "lambda:UpdateFunctionCode lambda:InvokeFunction",
	"lambda-005":             "lambda:UpdateFunctionCode lambda:AddPermission",
	"sagemaker-004":          "sagemaker:CreatePresignedNotebookInstanceUrl",
	"sagemaker-005": "sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance " +
		"sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance",
	"ssm-001":                      "ssm:StartSession",
	"ssm-002":                      "ssm:SendCommand",
	"a shell in a task":            "ecs:ExecuteCommand",
	"an instance profile":          "ec2:AssociateIamInstanceProfile",
	"access to a Kubernetes":       "eks:CreateAccessEntry",
	"a session for someone else":   "sts:GetFederationToken",
	"root of a member account":     "sts:AssumeRoot",
	"a member account":             "organizations:CreateAccount",
	"a permission set":             "sso:CreateAccountAssignment",
	"a trust anchor":               "rolesanywhere:CreateTrustAnchor",
	"tags of a role":               "iam:TagRole",
	"a resource policy":            "s3:PutBucketPolicy",
	"a grant of a key":             "kms:CreateGrant",
	"any role, passed to anything": "iam:PassRole",
}

// passing are the ways that pass a role to something new.
var passing = map[string]string{
	"apprunner-001": "apprunner:CreateService",
	"bedrock-001": "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession " +
		"bedrock-agentcore:InvokeCodeInterpreter",
	"cloudformation-001": "cloudformation:CreateStack",
	"cloudformation-003": "cloudformation:CreateStackSet cloudformation:CreateStackInstances",
	"cloudformation-004": "cloudformation:UpdateStackSet",
	"codebuild-001":      "codebuild:CreateProject codebuild:StartBuild",
	"codebuild-004":      "codebuild:CreateProject codebuild:StartBuildBatch",
	"datapipeline-001": "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition " +
		"datapipeline:ActivatePipeline",
	"ec2-001": "ec2:RunInstances", "ec2-003": "ec2:RequestSpotInstances",
	"ecs-001": "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService",
	"ecs-002": "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask",
	"ecs-003": "ecs:RegisterTaskDefinition ecs:CreateService", "ecs-004": "ecs:RegisterTaskDefinition ecs:RunTask",
	"ecs-005": "ecs:RegisterTaskDefinition ecs:StartTask", "glue-001": "glue:CreateDevEndpoint",
	"glue-003": "glue:CreateJob glue:StartJobRun", "glue-004": "glue:CreateJob glue:CreateTrigger",
	"glue-005": "glue:UpdateJob glue:StartJobRun", "glue-006": "glue:UpdateJob glue:CreateTrigger",
	"lambda-001":    "lambda:CreateFunction lambda:InvokeFunction",
	"lambda-002":    "lambda:CreateFunction lambda:CreateEventSourceMapping",
	"lambda-006":    "lambda:CreateFunction lambda:AddPermission",
	"sagemaker-001": "sagemaker:CreateNotebookInstance", "sagemaker-002": "sagemaker:CreateTrainingJob",
	"sagemaker-003": "sagemaker:CreateProcessingJob", "a task with another role": "ecs:RunTask", "or on an instance": "ecs:StartTask",
}

func allEscalations() map[string]string {
	all := map[string]string{}
	maps.Copy(all, escalations)
	for name, actions := range passing {
		all[name] = "iam:PassRole " + actions
	}
	return all
}

func TestEveryKnownWayToEscalateIsRefusedWithoutRules(t *testing.T) {
	for name, actions := range allEscalations() {
		t.Run(name, func(t *testing.T) {
			refused(t, bounds(nil).Judge(role(allow(actions, "*"))), "in spec.guardrails.allow")
		})
	}
}

func TestAWayToEscalateIsRefusedHoweverItIsSpreadOverPolicies(t *testing.T) {
	for name, actions := range allEscalations() {
		t.Run(name, func(t *testing.T) {
			var documents []*policy.Content
			for action := range strings.FieldsSeq(actions) {
				documents = append(documents, allow(strings.ToUpper(action[:1])+action[1:], "*"))
			}
			refused(t, bounds(nil).Judge(role(documents...)), "in spec.guardrails.allow")
		})
	}
}

func TestASingleHarmlessMemberOfAPathPasses(t *testing.T) {
	for _, action := range []string{
		"ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:DescribeInstances", "cloudformation:CreateChangeSet",
		"sagemaker:CreateNotebookInstanceLifecycleConfig", "ecs:RunTask", "lambda:CreateFunction",
	} {
		passes(t, bounds(nil).Judge(role(allow(action, "*"))))
	}
}

func TestMembersOfAPathOnOtherResourcesPass(t *testing.T) {
	passes(t, bounds(nil).Judge(role(
		allow("cloudformation:CreateChangeSet", "arn:aws:cloudformation:*:111122223333:stack/a/*"),
		allow("cloudformation:ExecuteChangeSet", "arn:aws:cloudformation:*:111122223333:stack/b/*"),
	)))
	refused(t, bounds(nil).Judge(role(
		allow("cloudformation:CreateChangeSet", "arn:aws:cloudformation:*:111122223333:stack/a/*"),
		allow("cloudformation:ExecuteChangeSet", "arn:aws:cloudformation:*:111122223333:stack/*/1"),
	)), "a way of changing a stack")
}

func TestAPolicyOfTheTypeIsNoPathByItselfAndCompletesOne(t *testing.T) {
	byType := guardrail.Document{
		Part: "attached/x", Field: "spec", ByType: true, Content: allow("ec2:CreateLaunchTemplateVersion iam:PassRole", "*"),
	}
	r := role()
	r.Documents = []guardrail.Document{byType}
	passes(t, bounds(nil).Judge(r))
	r = role(allow("ec2:ModifyLaunchTemplate", "*"))
	r.Documents = append(r.Documents, byType)
	list := bounds(nil).Judge(r)
	refused(t, list, "a way of changing the launch template")
	if !list[0].In("inline/a") || list[0].In("attached/x") {
		t.Errorf("the parts are %v, want those that the object declares", list[0].Parts)
	}
}

func TestPassingARoleThatTheNamespaceOwnsPasses(t *testing.T) {
	const own = "arn:aws:iam::111122223333:role/ecs/payments_task"
	r := role(allow("iam:PassRole ecs:RunTask", own))
	refused(t, bounds(nil).Judge(r), "act as the role that it passes")
	r.Passes = func(arn string) bool { return arn == own }
	passes(t, bounds(nil).Judge(r))
	for _, other := range []string{
		"*", "arn:aws:iam::111122223333:role/ecs/payments_*", "arn:aws:iam::111122223333:role/other/payments_task",
	} {
		r.Documents[0].Content = allow("iam:PassRole", other)
		refused(t, bounds(nil).Judge(r), "act as the role that it passes")
	}
}

func TestARuleThatSpellsAnEscalationOutOnBoundedResourcesLiftsIt(t *testing.T) {
	const roles = "arn:{partition}:iam::{accountID}:role/{namespace}_*"
	rule := func(actions, resources string, required v1alpha1.RequiredCondition) *guardrail.Bounds {
		r := v1alpha1.PermissionRule{RequireCondition: required}
		for a := range strings.FieldsSeq(actions) {
			r.Actions = append(r.Actions, v1alpha1.ActionPattern(a))
		}
		for a := range strings.FieldsSeq(resources) {
			r.Resources = append(r.Resources, v1alpha1.ResourcePattern(a))
		}
		return bounds(guardrails(v1alpha1.PermissionGuardrails{Allow: []v1alpha1.PermissionRule{r}}))
	}
	pass := role(allow("iam:passrole", "arn:aws:iam::111122223333:role/payments_a"))
	passes(t, rule("iam:PassRole", roles, nil).Judge(pass))
	for name, b := range map[string]*guardrail.Bounds{
		"a wildcard in the action": rule("iam:Pass*", roles, nil),
		"everything":               rule("*", "*", nil),
		"any resource":             rule("iam:PassRole", "*", nil),
		"any role":                 rule("iam:PassRole", "arn:aws:iam::*:role/*", nil),
		"another resource":         rule("iam:PassRole", "arn:aws:iam::111122223333:role/shop_*", nil),
		"a required condition": rule("iam:PassRole", roles, v1alpha1.RequiredCondition{
			"StringEquals": {"iam:PassedToService": {"ecs-tasks.amazonaws.com"}},
		}),
		"a malformed placeholder": rule("iam:PassRole", "arn:aws:iam::111122223333:role/{namespace}-*", nil),
	} {
		t.Run(name, func(t *testing.T) { refused(t, b.Judge(pass), "act as the role") })
	}
	t.Run("one member of a path", func(t *testing.T) {
		b := rule("ec2:ModifyInstanceAttribute ec2:*Instances", "arn:aws:ec2:*:111122223333:instance/i-*", nil)
		passes(t, b.Judge(role(allow("ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
			"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a"))))
	})
}

func TestEachPairLiesWithinOneSingleRule(t *testing.T) {
	b := bounds(guardrails(v1alpha1.PermissionGuardrails{Allow: []v1alpha1.PermissionRule{
		{Actions: []v1alpha1.ActionPattern{"s3:Get*"}, Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::{namespace}.*"}},
		{Actions: []v1alpha1.ActionPattern{"s3:PutObject"}, Resources: []v1alpha1.ResourcePattern{"arn:aws:s3:::shared/*"}},
	}}))
	passes(t, b.Judge(role(allow("s3:GetObject S3:get*", "arn:aws:s3:::payments.data/*"))))
	for _, c := range [][2]string{
		{"s3:PutObject", "arn:aws:s3:::payments.data/*"},
		{"s3:GetObject s3:PutObject", "arn:aws:s3:::shared/x"},
		{"s3:G*", "arn:aws:s3:::payments.data/*"},
		{"s3:GetObject", "arn:aws:s3:::payments*"},
		{"s3:GetObject", "arn:aws:s3:::payments.data/* arn:aws:s3:::other/*"},
		{"s3:GetObject", "*"},
		{"sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:payments"},
	} {
		refused(t, b.Judge(role(allow(c[0], c[1]))), "what passes is")
	}
}

func TestARequiredConditionMustBeInTheStatement(t *testing.T) {
	b := bounds(guardrails(v1alpha1.PermissionGuardrails{Allow: []v1alpha1.PermissionRule{{
		Actions: []v1alpha1.ActionPattern{"dynamodb:Get*"}, Resources: []v1alpha1.ResourcePattern{"*"},
		RequireCondition: v1alpha1.RequiredCondition{"StringEquals": {"aws:ResourceTag/team": {"{namespace}"}}},
	}}}))
	with := func(operator, value string) guardrail.Role {
		return role(statement(policy.Statement{
			Effect: policy.Allow, Actions: []string{"dynamodb:GetItem"}, Resources: []string{"*"},
			Condition: policy.Condition{operator: {"aws:resourceTag/team": {value}}},
		}))
	}
	passes(t, b.Judge(with("StringEquals", "payments")))
	refused(t, b.Judge(with("StringEqualsIfExists", "payments")), "lacks the condition of spec.guardrails.allow[0]")
	refused(t, b.Judge(with("StringEquals", "shop")), "lacks the condition")
	refused(t, b.Judge(role(allow("dynamodb:GetItem", "*"))), "lacks the condition")
}

func TestDenyRulesHoldInEveryModeAndForWhatTheTypeBrings(t *testing.T) {
	deny := []v1alpha1.DenialRule{{
		Actions: []v1alpha1.ActionPattern{"organizations:*", "s3:Delete*"}, Resources: []v1alpha1.ResourcePattern{"*"},
	}}
	unrestricted := bounds(guardrails(v1alpha1.PermissionGuardrails{
		Mode: v1alpha1.GuardrailModeUnrestricted, Deny: deny,
	}))
	const want = "spec.guardrails.deny[0] of AWSAccount default"
	for _, actions := range []string{"s3:*", "*", "S3:deleteobject", "s3:D*"} {
		refused(t, unrestricted.Judge(role(allow(actions, "arn:aws:s3:::x"))), want)
	}
	refused(t, unrestricted.Judge(role(statement(policy.Statement{
		Effect: policy.Allow, NotActions: []string{"iam:*"}, NotResources: []string{"arn:aws:s3:::x"},
	}))), want)
	passes(t, unrestricted.Judge(role(statement(policy.Statement{
		Effect: policy.Allow, NotActions: []string{"organizations:*", "s3:*"}, Resources: []string{"*"},
	}))))
	passes(t, unrestricted.Judge(role(allow("iam:* sts:* s3:Get*", "*"))))
	r := role(allow("s3:DeleteObject", "*"))
	r.Documents[0].ByType = true
	refused(t, bounds(guardrails(v1alpha1.PermissionGuardrails{Deny: deny})).Judge(r), want)
}

func TestAMalformedRuleIsReadInTheStrictestWay(t *testing.T) {
	b := bounds(guardrails(v1alpha1.PermissionGuardrails{
		Mode: v1alpha1.GuardrailModeUnrestricted,
		Deny: []v1alpha1.DenialRule{{
			Actions: []v1alpha1.ActionPattern{"s3"}, Resources: []v1alpha1.ResourcePattern{"arn:aws:s3:::{nmespace}.*"},
		}},
	}))
	refused(t, b.Judge(role(allow("dynamodb:GetItem", "*"))), "spec.guardrails.deny[0]")
	b = bounds(guardrails(v1alpha1.PermissionGuardrails{Allow: []v1alpha1.PermissionRule{{
		Actions: []v1alpha1.ActionPattern{"s3:Get*"}, Resources: []v1alpha1.ResourcePattern{"arn:aws:s3:::{nmespace}.*"},
	}}}))
	refused(t, b.Judge(role(allow("s3:GetObject", "arn:aws:s3:::payments.a"))), "no rule allows")
}

func TestAManagedPolicyMustBeListedAndIsJudgedNevertheless(t *testing.T) {
	const arn = "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"
	attached := func(content *policy.Content) guardrail.Role {
		r := role()
		r.Documents = []guardrail.Document{{
			Part: "attached/" + arn, Field: "spec.managedPolicies[0].arn", ARN: arn, Content: content,
		}}
		return r
	}
	refused(t, bounds(nil).Judge(attached(allow("ssm:Describe*", "*"))), "is not in the list")
	listing := bounds(guardrails(v1alpha1.PermissionGuardrails{
		ManagedPolicyARNs: []v1alpha1.ResourcePattern{"arn:{partition}:iam::aws:policy/AmazonSSM*"},
	}))
	passes(t, listing.Judge(attached(allow("ssm:Describe*", "*"))))
	refused(t, listing.Judge(attached(allow("iam:*", "*"))), "iam's writes")
	refused(t, listing.Judge(attached(nil)), "cannot be read")
	r := attached(allow("ssm:Describe*", "*"))
	r.Documents[0].Referred = true
	passes(t, bounds(nil).Judge(r))
}

func TestTypesTagsIgnoreAndRetainNeedARule(t *testing.T) {
	r := role()
	r.Tags = map[string]string{"team": "payments"}
	r.Ignore = &v1alpha1.Ignore{Tags: []v1alpha1.Pattern{"org:*"}, ManagedPolicyARNs: []v1alpha1.Pattern{"*"}}
	r.DeletionPolicy = v1alpha1.DeletionRetain
	list := bounds(guardrails(v1alpha1.PermissionGuardrails{Types: []v1alpha1.RoleType{"TaskExecution"}})).Judge(r)
	for _, field := range []string{
		"spec.type:", "spec.tags[team]:", "spec.ignore.tags[0]:", "spec.ignore.managedPolicyARNs[0]:", "spec.deletionPolicy:",
	} {
		refused(t, list, field)
	}
	if len(list) != 5 {
		t.Errorf("got %d violations, want each once: %s", len(list), guardrail.Messages(list))
	}
	open := bounds(guardrails(v1alpha1.PermissionGuardrails{
		Types: []v1alpha1.RoleType{"Task"},
		Tags:  []v1alpha1.TagRule{{Key: "Team", Values: []v1alpha1.TagValuePattern{"{namespace}"}}},
		Ignore: &v1alpha1.IgnoreGuardrail{
			Tags: []v1alpha1.IgnoredPattern{"org:*"}, ManagedPolicyARNs: []v1alpha1.ResourcePattern{"*"},
		},
		DeletionPolicies: []v1alpha1.DeletionPolicy{v1alpha1.DeletionDelete, v1alpha1.DeletionRetain},
	}))
	passes(t, open.Judge(r))
	r.Tags["team"] = "shop"
	refused(t, open.Judge(r), "allowed values are payments")
}

func TestAForcedBoundaryIsOnEveryRole(t *testing.T) {
	const forced = "arn:aws:iam::111122223333:policy/bound"
	b := bounds(guardrails(v1alpha1.PermissionGuardrails{
		Mode: v1alpha1.GuardrailModeUnrestricted, PermissionsBoundary: "arn:{partition}:iam::{accountID}:policy/bound",
	}))
	r := role()
	refused(t, b.Judge(r), "does not have the boundary")
	r.Boundary = forced
	passes(t, b.Judge(r))
	r.DeclaredBoundary = "arn:aws:iam::111122223333:policy/mine"
	refused(t, b.Judge(r), "remove the field")
}

func TestTrustIsThatOfTheTypeUnlessARuleAllowsMore(t *testing.T) {
	service := func(names ...string) *policy.Principal { return &policy.Principal{Service: names} }
	for name, c := range map[string]struct {
		s    policy.Statement
		want string
	}{
		"everyone": {policy.Statement{Principal: &policy.Principal{AWS: []string{"*"}}}, "everyone may assume"},
		"everyone under a condition": {policy.Statement{
			Principal: &policy.Principal{AWS: []string{"*"}}, Condition: policy.Condition{"StringEquals": {"aws:PrincipalOrgID": {"o-1"}}},
		}, "everyone may assume"},
		"another account": {policy.Statement{Principal: &policy.Principal{AWS: []string{"999988887777"}}}, "no rule lets"},
		"a role": {policy.Statement{
			Principal: &policy.Principal{AWS: []string{"arn:aws:iam::111122223333:role/x"}},
		}, "no rule lets"},
		"another service":                {policy.Statement{Principal: service("lambda.amazonaws.com")}, "no rule lets"},
		"the own service, unconditioned": {policy.Statement{Principal: service("ecs-tasks.amazonaws.com")}, "aws:SourceAccount"},
		"of another account": {policy.Statement{
			Principal: service("ecs-tasks.amazonaws.com"),
			Condition: policy.Condition{"StringEquals": {"aws:SourceAccount": {"999988887777"}}},
		}, "aws:SourceAccount"},
		"a condition that may be missing": {policy.Statement{
			Principal: service("ecs-tasks.amazonaws.com"),
			Condition: policy.Condition{"StringEqualsIfExists": {"aws:SourceAccount": {"111122223333"}}},
		}, "aws:SourceAccount"},
		"tags of the session": {policy.Statement{
			Principal: service("ecs-tasks.amazonaws.com"), Actions: []string{"sts:TagSession"},
		}, "no rule lets"},
		"federation": {policy.Statement{
			Principal: &policy.Principal{Federated: []string{"arn:aws:iam::111122223333:oidc-provider/x"}},
			Actions:   []string{"sts:AssumeRoleWithWebIdentity"},
		}, "whoever it knows"},
		"everyone but some": {policy.Statement{NotPrincipal: &policy.Principal{AWS: []string{"999988887777"}}}, "but some"},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.s
			s.Effect = policy.Allow
			if len(s.Actions) == 0 {
				s.Actions = []string{"sts:AssumeRole"}
			}
			r := role()
			doc := *r.Trust.Content.Document()
			doc.Statements = append(doc.Statements, s)
			r.Trust.Content = policy.ContentOf(&doc)
			refused(t, bounds(nil).Judge(r), c.want)
		})
	}
	passes(t, bounds(nil).Judge(role()))
}

func TestTrustRulesAllowPrincipalsActionsAndConditions(t *testing.T) {
	b := bounds(guardrails(v1alpha1.PermissionGuardrails{Trust: []v1alpha1.TrustRule{
		{
			Principals:       v1alpha1.TrustedPrincipals{AWS: []v1alpha1.ResourcePattern{"arn:{partition}:iam::999988887777:root"}},
			RequireCondition: v1alpha1.RequiredCondition{"StringEquals": {"sts:ExternalId": {"{namespace}"}}},
		},
		{
			Principals: v1alpha1.TrustedPrincipals{Federated: []v1alpha1.ResourcePattern{"arn:aws:iam::*:oidc-provider/gh"}},
			Actions:    []v1alpha1.ActionPattern{"sts:AssumeRoleWithWebIdentity"},
		},
		{Principals: v1alpha1.TrustedPrincipals{Services: []v1alpha1.ResourcePattern{"ecs-tasks.amazonaws.com"}}},
	}}))
	judge := func(s policy.Statement) []guardrail.Violation {
		s.Effect = policy.Allow
		r := role()
		r.Trust.Content = statement(s)
		return b.Judge(r)
	}
	other := &policy.Principal{AWS: []string{"999988887777"}}
	id := policy.Condition{"StringEquals": {"sts:ExternalId": {"payments"}}}
	passes(t, judge(policy.Statement{Principal: other, Actions: []string{"sts:AssumeRole"}, Condition: id}))
	refused(t, judge(policy.Statement{Principal: other, Actions: []string{"sts:AssumeRole"}}), "no rule lets")
	refused(t, judge(policy.Statement{Principal: other, Actions: []string{"sts:*"}, Condition: id}), "no rule lets")
	passes(t, judge(policy.Statement{
		Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}, Actions: []string{"sts:AssumeRole"},
	}))
	provider := &policy.Principal{Federated: []string{"arn:aws:iam::111122223333:oidc-provider/gh"}}
	named := policy.Condition{"StringEquals": {"gh:aud": {"sts"}}, "StringLike": {"gh:sub": {"repo:org/*"}}}
	passes(t, judge(policy.Statement{
		Principal: provider, Actions: []string{"sts:AssumeRoleWithWebIdentity"}, Condition: named,
	}))
	refused(t, judge(policy.Statement{
		Principal: provider, Actions: []string{"sts:AssumeRoleWithWebIdentity"},
		Condition: policy.Condition{"StringEquals": {"gh:aud": {"sts"}}, "StringLike": {"gh:sub": {"*"}}},
	}), "whoever it knows")
}

func TestAPolicyIsJudgedByItselfAndInEveryRoleThatHasIt(t *testing.T) {
	p := guardrail.Policy{Document: guardrail.Document{Field: "spec.statements", Content: allow("ec2:ModifyLaunchTemplate", "*")}}
	passes(t, bounds(nil).JudgePolicy(p))
	p.Holders = map[string][]guardrail.Document{
		"payments_a": {{Part: "inline/x", Field: "x", Content: allow("ec2:CreateLaunchTemplateVersion", "*")}},
	}
	refused(t, bounds(nil).JudgePolicy(p), "in role payments_a")
	p.Document.Content = allow("iam:CreateUser", "*")
	refused(t, bounds(nil).JudgePolicy(p), "can raise permissions")
}

func TestADenialIsRefusedInAPolicyOfUsersAndGroups(t *testing.T) {
	p := guardrail.Policy{Document: guardrail.Document{Field: "spec.statements", Content: statement(policy.Statement{
		Effect: policy.Deny, Actions: []string{"*"}, Resources: []string{"*"},
	})}}
	passes(t, bounds(nil).JudgePolicy(p))
	p.Users = []string{"ada"}
	list := bounds(nil).JudgePolicy(p)
	refused(t, list, "lock out")
	if !list[0].In("attached/user/ada") || !list[0].Restricts {
		t.Errorf("got %+v, want it to hold back the attachment", list[0])
	}
}
