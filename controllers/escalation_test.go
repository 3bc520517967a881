// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// attempts are the known ways of raising permissions, by the names that DataDog's pathfinding.cloud gives them, and two
// that were published since: the actions that each needs, and what the refusal says.
var attempts = []struct{ way, actions, says string }{
	{"iam-001", "iam:CreatePolicyVersion", "iam:CreatePolicyVersion on * can raise permissions"},
	{"iam-002", "iam:CreateAccessKey", "iam:CreateAccessKey on * can raise permissions"},
	{"iam-003", "iam:CreateAccessKey iam:DeleteAccessKey", "iam:DeleteAccessKey on * can raise permissions"},
	{"iam-004", "iam:CreateLoginProfile", "iam:CreateLoginProfile on * can raise permissions"},
	{"iam-005", "iam:PutRolePolicy", "iam:PutRolePolicy on * can raise permissions"},
	{"iam-006", "iam:UpdateLoginProfile", "iam:UpdateLoginProfile on * can raise permissions"},
	{"iam-007", "iam:PutUserPolicy", "iam:PutUserPolicy on * can raise permissions"},
	{"iam-008", "iam:AttachUserPolicy", "iam:AttachUserPolicy on * can raise permissions"},
	{"iam-009", "iam:AttachRolePolicy", "iam:AttachRolePolicy on * can raise permissions"},
	{"iam-010", "iam:AttachGroupPolicy", "iam:AttachGroupPolicy on * can raise permissions"},
	{"iam-011", "iam:PutGroupPolicy", "iam:PutGroupPolicy on * can raise permissions"},
	{"iam-012", "iam:UpdateAssumeRolePolicy", "iam:UpdateAssumeRolePolicy on * can raise permissions"},
	{"iam-013", "iam:AddUserToGroup", "iam:AddUserToGroup on * can raise permissions"},
	{"iam-014", "iam:AttachRolePolicy sts:AssumeRole", "sts:AssumeRole on * can raise permissions"},
	{"iam-015", "iam:AttachUserPolicy iam:CreateAccessKey", "iam:CreateAccessKey on * can raise permissions"},
	{"iam-016", "iam:CreatePolicyVersion sts:AssumeRole", "sts:AssumeRole on * can raise permissions"},
	{"iam-017", "iam:PutRolePolicy sts:AssumeRole", "sts:AssumeRole on * can raise permissions"},
	{"iam-018", "iam:PutUserPolicy iam:CreateAccessKey", "iam:PutUserPolicy on * can raise permissions"},
	{"iam-019", "iam:AttachRolePolicy iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy on * can raise permissions"},
	{"iam-020", "iam:CreatePolicyVersion iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion on * can raise permissions"},
	{"iam-021", "iam:PutRolePolicy iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy on * can raise permissions"},
	{"sts-001", "sts:AssumeRole", "sts:AssumeRole on * can raise permissions"},

	{"apprunner-001", "iam:PassRole apprunner:CreateService", passes},
	{"bedrock-001", "iam:PassRole bedrock-agentcore:CreateCodeInterpreter " +
		"bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter", passes},
	{"cloudformation-001", "iam:PassRole cloudformation:CreateStack", passes},
	{"cloudformation-003", "iam:PassRole cloudformation:CreateStackSet cloudformation:CreateStackInstances", passes},
	{"cloudformation-004", "iam:PassRole cloudformation:UpdateStackSet", passes},
	{"codebuild-001", "iam:PassRole codebuild:CreateProject codebuild:StartBuild", passes},
	{"codebuild-004", "iam:PassRole codebuild:CreateProject codebuild:StartBuildBatch", passes},
	{"datapipeline-001", "iam:PassRole datapipeline:CreatePipeline datapipeline:PutPipelineDefinition " +
		"datapipeline:ActivatePipeline", passes},
	{"ec2-001", "iam:PassRole ec2:RunInstances", passes},
	{"ec2-003", "iam:PassRole ec2:RequestSpotInstances", passes},
	{"ecs-001", "iam:PassRole ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService", passes},
	{"ecs-002", "iam:PassRole ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask", passes},
	{"ecs-003", "iam:PassRole ecs:RegisterTaskDefinition ecs:CreateService", passes},
	{"ecs-004", "iam:PassRole ecs:RegisterTaskDefinition ecs:RunTask", passes},
	{"ecs-005", "iam:PassRole ecs:RegisterTaskDefinition ecs:StartTask", passes},
	{"glue-001", "iam:PassRole glue:CreateDevEndpoint", passes},
	{"glue-003", "iam:PassRole glue:CreateJob glue:StartJobRun", passes},
	{"glue-004", "iam:PassRole glue:CreateJob glue:CreateTrigger", passes},
	{"glue-005", "iam:PassRole glue:UpdateJob glue:StartJobRun", passes},
	{"glue-006", "iam:PassRole glue:UpdateJob glue:CreateTrigger", passes},
	{"lambda-001", "iam:PassRole lambda:CreateFunction lambda:InvokeFunction", passes},
	{"lambda-002", "iam:PassRole lambda:CreateFunction lambda:CreateEventSourceMapping", passes},
	{"lambda-006", "iam:PassRole lambda:CreateFunction lambda:AddPermission", passes},
	{"sagemaker-001", "iam:PassRole sagemaker:CreateNotebookInstance", passes},
	{"sagemaker-002", "iam:PassRole sagemaker:CreateTrainingJob", passes},
	{"sagemaker-003", "iam:PassRole sagemaker:CreateProcessingJob", passes},

	{"apprunner-002", "apprunner:UpdateService", "apprunner:UpdateService on * can raise permissions"},
	{
		"bedrock-002", "bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
		"a way of running code with the role of a Bedrock AgentCore code interpreter",
	},
	{"cloudformation-002", "cloudformation:UpdateStack", "cloudformation:UpdateStack on * can raise permissions"},
	{
		"cloudformation-005", "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
		"a way of changing a stack with the role of AWS CloudFormation",
	},
	{"codebuild-002", "codebuild:StartBuild", "codebuild:StartBuild on * can raise permissions"},
	{"codebuild-003", "codebuild:StartBuildBatch", "codebuild:StartBuildBatch on * can raise permissions"},
	{
		"ec2instanceconnect-003", "ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances",
		"a way of logging in to an instance that has a role",
	},
	{
		"ec2-002", "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
		"a way of changing what an instance with a role runs at its start",
	},
	{
		"ec2-004", "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate",
		"a way of changing the launch template of instances that have a role",
	},
	{"glue-002", "glue:UpdateDevEndpoint", "glue:UpdateDevEndpoint on * can raise permissions"},
	{"lambda-003", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionCode on * can raise permissions"},
	{"lambda-004", "lambda:UpdateFunctionCode lambda:InvokeFunction", "lambda:UpdateFunctionCode on * can raise permissions"},
	{"lambda-005", "lambda:UpdateFunctionCode lambda:AddPermission", "lambda:AddPermission on * can raise permissions"},
	{
		"sagemaker-004", "sagemaker:CreatePresignedNotebookInstanceUrl",
		"sagemaker:CreatePresignedNotebookInstanceUrl on * can raise permissions",
	},
	{
		"sagemaker-005", "sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance " +
			"sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance",
		"a way of changing what a notebook instance with a role runs at its start",
	},
	{"ssm-001", "ssm:StartSession", "ssm:StartSession on * can raise permissions"},
	{"ssm-002", "ssm:SendCommand", "ssm:SendCommand on * can raise permissions"},

	{"overrides of a task", "ecs:RunTask iam:PassRole", passes},
	{"overrides of a started task", "ecs:StartTask iam:PassRole", passes},
	{"a shell in a task", "ecs:ExecuteCommand", "ecs:ExecuteCommand on * can raise permissions"},
}

const passes = "iam:PassRole on * lets whoever has the role act as the role that it passes"

// tenant is a client of a user who may write ECSRoles and ECSPolicies in the world's namespace, by the shipped roles,
// and nothing else.
func (w *world) tenant(ctx context.Context) client.Client {
	GinkgoHelper()
	user := "tenant-of-" + w.namespace
	for _, kind := range []string{"ecsrole", "ecspolicy"} {
		text, err := os.ReadFile("../config/rbac/" + kind + "_editor_role.yaml")
		Expect(err).NotTo(HaveOccurred())
		role := &rbacv1.ClusterRole{}
		Expect(yaml.Unmarshal(text, role)).To(Succeed())
		role.Name += "-" + w.namespace
		Expect(api.Create(ctx, role)).To(Succeed())
		binding := &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: kind, Namespace: w.namespace},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
		}
		Expect(api.Create(ctx, binding)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { Expect(api.Delete(ctx, role)).To(Succeed()) })
	}
	config := rest.CopyConfig(restConfig)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
	c, err := client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
	// The authorizer of the API server learns of the bindings in a moment.
	Eventually(func() error { return c.List(ctx, &v1alpha1.ECSRoleList{}, client.InNamespace(w.namespace)) }).
		WithTimeout(patient).Should(Succeed())
	Eventually(func() error { return c.List(ctx, &v1alpha1.ECSPolicyList{}, client.InNamespace(w.namespace)) }).
		WithTimeout(patient).Should(Succeed())
	return c
}

func withRef(name string) func(*v1alpha1.ECSRole) {
	return func(r *v1alpha1.ECSRole) {
		r.Spec.ManagedPolicies = append(r.Spec.ManagedPolicies,
			v1alpha1.ManagedPolicy{PolicyRef: &v1alpha1.PolicyReference{Name: name}})
	}
}

func permitting(statements ...v1alpha1.Statement) func(*v1alpha1.ECSPolicy) {
	return func(p *v1alpha1.ECSPolicy) { p.Spec.Statements = statements }
}

var _ = Describe("A user of a namespace, in an account that nobody configured", func() {
	It("raises permissions by no known way, and reads why and what would pass", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		tenant := w.tenant(ctx)
		for i, attempt := range attempts {
			By(attempt.way)
			role := w.role(fmt.Sprintf("try-%d", i), v1alpha1.RoleTypeTask, with(may(attempt.actions, "*")))
			Expect(tenant.Create(ctx, role)).To(Succeed())
			w.pass(ctx, role)
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, attempt.says,
				"spec.statements[0]: ", "spec.guardrails.mode of AWSAccount "+w.account.Name+": Restricted",
				"in spec.guardrails.allow")
		}
		Expect(w.writes()).To(BeEmpty())
	})

	It("completes none by spreading it over statements and a policy, whichever comes first", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		tenant := w.tenant(ctx)
		for i, attempt := range attempts {
			first, second, several := strings.Cut(attempt.actions, " ")
			if !several || !strings.HasPrefix(attempt.says, "a way of ") {
				continue // one of its actions is refused by itself
			}
			By(attempt.way)
			name := fmt.Sprintf("spread-%d", i)
			policy := w.policy(name, permitting(may(first, "*")))
			Expect(tenant.Create(ctx, policy)).To(Succeed())
			w.settlePolicy(ctx, policy)
			expectReady(standing(policy))
			role := w.role(name, v1alpha1.RoleTypeTask, with(may(second, "*")), withRef(name))
			Expect(tenant.Create(ctx, role)).To(Succeed())
			w.pass(ctx, role)
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, attempt.says,
				"spec.managedPolicies[0].policyRef", "spec.statements[0]")
			_, there := w.sim.Role(nameOf(role))
			Expect(there).To(BeFalse())

			By(attempt.way + ", by a change of the policy")
			late := w.policy("late-" + name)
			Expect(tenant.Create(ctx, late)).To(Succeed())
			w.settlePolicy(ctx, late)
			holder := w.role("holder-"+name, v1alpha1.RoleTypeTask, with(may(second, "*")), withRef(late.Name))
			Expect(tenant.Create(ctx, holder)).To(Succeed())
			w.settle(ctx, holder)
			expectReady(holder)
			w.sim.ResetCalls()
			before := late.DeepCopy()
			permitting(may(first, "*"))(late)
			Expect(tenant.Patch(ctx, late, client.MergeFrom(before))).To(Succeed())
			w.passPolicy(ctx, late)
			expectNotReady(standing(late), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
				"in role "+nameOf(holder), attempt.says)
			document, _ := w.iamPolicy(late)
			Expect(document.Versions[len(document.Versions)-1].Document).NotTo(ContainSubstring(first))
		}
	})

	It("gets no permission by a policy that statements may not have", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		tenant := w.tenant(ctx)
		for i, tried := range []struct{ actions, says string }{
			{"*", `the action "*" is not of one service`},
			{"iam:*", "iam:* on * may match iam's writes"},
			{"IAM:passrole", "act as the role that it passes"},
			{"s3:G*", "the wildcard of s3:G* also takes actions that AWS adds later"},
			{"newsvc:*", "the wildcard of newsvc:* also takes actions that AWS adds later"},
			{"s3:Put?ucketPolicy", "may match s3:PutBucketPolicy"},
		} {
			policy := w.policy(fmt.Sprintf("p-%d", i), permitting(may(tried.actions, "*")))
			Expect(tenant.Create(ctx, policy)).To(Succeed(), tried.actions)
			w.passPolicy(ctx, policy)
			expectNotReady(standing(policy), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, tried.says)
		}
		Expect(w.writes()).To(BeEmpty())
	})

	It("reads each refusal once, and of a policy that permits everything no more than that", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTask, withPolicies(adminAccess)))
		message := condition(role, v1alpha1.ConditionReady).Message
		Expect(strings.Count(message, "AdministratorAccess is not in the list")).To(Equal(1), message)
		Expect(strings.Count(message, `the action "*" is not of one service`)).To(Equal(1), message)
		Expect(message).NotTo(ContainSubstring("together these permissions"))
	})

	It("passes no role under a name that it may not have, not even before there is one", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		tenant := w.tenant(ctx)
		named := func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "OrganizationAccountAccessRole" }
		squatter := w.role("squatter", v1alpha1.RoleTypeTask, named)
		Expect(tenant.Create(ctx, squatter)).To(Succeed())
		w.pass(ctx, squatter)
		expectNotReady(squatter, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "spec.roleName")
		passer := w.role("passer", v1alpha1.RoleTypeTask,
			with(may("iam:PassRole", "arn:aws:iam::{accountID}:role/OrganizationAccountAccessRole")))
		Expect(tenant.Create(ctx, passer)).To(Succeed())
		w.pass(ctx, passer)
		expectNotReady(passer, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "act as the role that it passes")
		Expect(w.writes()).To(BeEmpty())
	})

	It("has no policy of another namespace, and writes no status that would help", func(ctx SpecContext) {
		w := newWorld(ctx, restricted, everywhere)
		other := w.policy("orders", func(p *v1alpha1.ECSPolicy) { p.Namespace = w.newNamespace(ctx, nil) })
		Expect(api.Create(ctx, other)).To(Succeed())
		w.settlePolicy(ctx, other)
		tenant := w.tenant(ctx)
		w.sim.ResetCalls()
		role := w.role("r", v1alpha1.RoleTypeTask, withPolicies(other.Status.PolicyARN))
		Expect(tenant.Create(ctx, role)).To(Succeed())
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "is not in the list",
			"an ECSPolicy of this namespace passes")
		Expect(w.writes()).To(BeEmpty())
		role.Status.PermissionsBoundary = adminAccess
		Expect(tenant.Status().Update(ctx, role)).To(MatchError(ContainSubstring("forbidden")))
	})
})
