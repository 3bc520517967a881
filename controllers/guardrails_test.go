// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

const adminAccess = "arn:aws:iam::aws:policy/AdministratorAccess"

// may returns a statement that allows actions on resources.
func may(actions, resources string) v1alpha1.Statement {
	s := v1alpha1.Statement{Effect: v1alpha1.EffectAllow}
	for action := range strings.FieldsSeq(actions) {
		s.Actions = append(s.Actions, v1alpha1.Action(action))
	}
	for resource := range strings.FieldsSeq(resources) {
		s.Resources = append(s.Resources, v1alpha1.ResourcePattern(resource))
	}
	return s
}

func with(statements ...v1alpha1.Statement) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) { role.Spec.Statements = statements }
}

// guarded changes the guardrails of the world's account.
func (w *world) guarded(ctx context.Context, change func(*v1alpha1.Guardrails)) {
	GinkgoHelper()
	w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) {
		if a.Spec.Guardrails == nil {
			a.Spec.Guardrails = &v1alpha1.Guardrails{}
		}
		change(a.Spec.Guardrails)
	})
}

func expectExceeded(role *v1alpha1.ECSRole, parts ...string) {
	GinkgoHelper()
	expectReady(role)
	c := condition(role, v1alpha1.ConditionGuardrailExceeded)
	Expect(c).NotTo(BeNil(), "the condition GuardrailExceeded is missing")
	for _, part := range parts {
		Expect(c.Message).To(ContainSubstring(part))
	}
}

var _ = Describe("Guardrails of an account that nobody configured", func() {
	var w *world
	BeforeEach(func(ctx SpecContext) { w = newWorld(ctx, restricted) })

	refusals := func(name string, tweak func(*v1alpha1.ECSRole), want string) {
		It("refuse "+name, func(ctx SpecContext) {
			role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTask, tweak))
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, want)
			Expect(w.writes()).To(BeEmpty())
		})
	}
	spec := func(change func(*v1alpha1.ECSRoleSpec)) func(*v1alpha1.ECSRole) {
		return func(role *v1alpha1.ECSRole) { change(&role.Spec) }
	}
	trusting := func(s v1alpha1.TrustStatement) func(*v1alpha1.ECSRole) {
		s.Effect = v1alpha1.EffectAllow
		return spec(func(r *v1alpha1.ECSRoleSpec) {
			r.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{s}}
		})
	}
	refusals("AdministratorAccess by its ARN", withPolicies(adminAccess), "AdministratorAccess is not in the list")
	refusals("everything by statements", with(may("*", "*")), `the action "*" is not of one service`)
	refusals("passing any role", with(may("iam:PassRole", "*")), "act as the role that it passes")
	refusals("passing a role of another namespace",
		with(may("iam:passrole", "arn:aws:iam::{accountID}:role/shop_admin")), "act as the role that it passes")
	refusals("passing what begins with the namespace's name",
		with(may("iam:PassRole", "arn:aws:iam::{accountID}:role/{namespace}_*")), "act as the role that it passes")
	refusals("trust for everyone", trusting(v1alpha1.TrustStatement{
		Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"*"}},
	}), "everyone may assume the role")
	refusals("trust for another account", trusting(v1alpha1.TrustStatement{
		Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"999988887777"}},
	}), "no rule lets a namespace trust")
	refusals("trust for another service", trusting(v1alpha1.TrustStatement{
		Principals: v1alpha1.Principals{Services: []v1alpha1.ServicePrincipal{"lambda.amazonaws.com"}},
	}), "no rule lets a namespace trust lambda.amazonaws.com")
	refusals("a second statement without the condition", trusting(v1alpha1.TrustStatement{
		Principals: v1alpha1.Principals{Services: []v1alpha1.ServicePrincipal{"ecs-tasks.amazonaws.com"}},
	}), "aws:SourceAccount")
	refusals("federation without audience and subject", trusting(v1alpha1.TrustStatement{
		Principals: v1alpha1.Principals{
			Federated: []v1alpha1.ResourcePattern{"arn:aws:iam::{accountID}:oidc-provider/idp.example"},
		},
		Actions: []v1alpha1.Action{"sts:AssumeRoleWithWebIdentity"},
	}), "whoever it knows")
	refusals("trust without the condition of the type", spec(func(r *v1alpha1.ECSRoleSpec) {
		r.Trust = &v1alpha1.Trust{ConfusedDeputyProtection: v1alpha1.ConfusedDeputyDisabled}
	}), "aws:SourceAccount")
	refusals("a tag that policies may grant on", spec(func(r *v1alpha1.ECSRoleSpec) {
		r.Tags = map[string]string{"team": "admins"}
	}), "spec.tags[team]: no rule allows the tag")
	refusals("leaving alone whatever others add", spec(func(r *v1alpha1.ECSRoleSpec) {
		r.Ignore = &v1alpha1.Ignore{ManagedPolicyARNs: []v1alpha1.Pattern{"*"}}
	}), "spec.ignore.managedPolicyARNs[0]")
	refusals("to leave a role behind", spec(func(r *v1alpha1.ECSRoleSpec) {
		r.DeletionPolicy = v1alpha1.DeletionRetain
	}), "spec.deletionPolicy: Retain")
	refusals("all at once", func(role *v1alpha1.ECSRole) {
		withPolicies(adminAccess)(role)
		with(may("iam:*", "*"))(role)
		role.Spec.Tags = map[string]string{"team": "admins"}
	}, "spec.tags[team]")

	It("refuse every known way to escalate, and say what would pass", func(ctx SpecContext) {
		var statements []v1alpha1.Statement
		for _, actions := range []string{
			"iam:CreatePolicyVersion", "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:AddUserToGroup",
			"iam:CreateAccessKey", "iam:UpdateAssumeRolePolicy", "sts:AssumeRole",
			"cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet", "apprunner:UpdateService",
			"bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
			"cloudformation:UpdateStack", "codebuild:StartBuild",
			"ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances",
			"ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
			"ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate", "glue:UpdateDevEndpoint",
			"lambda:UpdateFunctionCode", "sagemaker:CreatePresignedNotebookInstanceUrl", "ssm:StartSession",
			"ssm:SendCommand", "ecs:ExecuteCommand", "s3:PutBucketPolicy", "kms:CreateGrant", "lambda:AddPermission",
			"iam:PassRole ecs:RunTask", "eks:CreateAccessEntry", "sts:GetFederationToken",
		} {
			statements = append(statements, may(actions, "*"))
		}
		for i, s := range statements {
			role := w.create(ctx, w.role("r"+string(rune('a'+i%26))+string(rune('a'+i/26)), v1alpha1.RoleTypeTask, with(s)))
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "in spec.guardrails.allow")
		}
		Expect(w.writes()).To(BeEmpty())
	})

	It("refuse an ECSPolicy that smuggles what statements may not", func(ctx SpecContext) {
		policy := w.policy("p", func(p *v1alpha1.ECSPolicy) { p.Spec.Statements = []v1alpha1.Statement{may("iam:*", "*")} })
		Expect(api.Create(ctx, policy)).To(Succeed())
		w.passPolicy(ctx, policy)
		Expect(w.writes()).To(BeEmpty())
		expectNotReady(standing(policy), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
	})

	It("let the roles of every type be made as ECS documents them", func(ctx SpecContext) {
		for _, kind := range []v1alpha1.RoleType{
			v1alpha1.RoleTypeTask, v1alpha1.RoleTypeTaskExecution, v1alpha1.RoleTypeContainerInstance,
			v1alpha1.RoleTypeManagedInstance, v1alpha1.RoleTypeExternalInstance, v1alpha1.RoleTypeServiceScheduler,
			v1alpha1.RoleTypeServiceAutoScaling,
		} {
			role := w.role(strings.ToLower(string(kind)), kind)
			Expect(api.Create(ctx, role)).To(Succeed())
			w.settle(ctx, role)
			expectReady(role)
		}
	})

	It("let a role pass the roles that ECSRoles of its namespace own", func(ctx SpecContext) {
		w.ready(ctx, w.role("task", v1alpha1.RoleTypeTask))
		events := w.role("events", v1alpha1.RoleTypeEventBridgeRule, spec(func(r *v1alpha1.ECSRoleSpec) {
			r.Grants = &v1alpha1.Grants{
				RunTask: &v1alpha1.RunTaskGrant{
					ClusterNames: []v1alpha1.ECSName{"main"}, TaskDefinitionFamilies: []v1alpha1.ECSName{"app"},
				},
				PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "task"}}},
			}
		}))
		w.ready(ctx, events)
		By("and refuse one that only has the name")
		_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{
			RoleName: aws.String(w.namespace + "_admin"), AssumeRolePolicyDocument: aws.String(trustOfEC2),
		})
		Expect(err).NotTo(HaveOccurred())
		w.update(ctx, events, func(r *v1alpha1.ECSRole) {
			r.Spec.Grants.PassRoles = append(r.Spec.Grants.PassRoles, v1alpha1.PassedRole{
				ARN: v1alpha1.RoleARN("arn:aws:iam::{accountID}:role/" + w.namespace + "_admin"),
			})
		})
		w.pass(ctx, events)
		expectNotReady(events, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "act as the role")
	})

	It("ask for nothing at an unchanged look", func(ctx SpecContext) {
		role := w.role("r", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly), with(may("ec2:StopInstances", "*")))
		w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.ManagedPolicyARNs = []v1alpha1.ResourcePattern{ssmReadOnly} })
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		w.sim.ResetCalls()
		w.resync(ctx, role)
		Expect(w.reads()).NotTo(ContainElements("GetPolicy"))
		Expect(w.reads()).NotTo(ContainElements("GetPolicyVersion"))
	})

	It("refuse an edit that widens, and let one that narrows pass", func(ctx SpecContext) {
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, with(may("s3:GetObject s3:PutObject", "*"))))
		w.update(ctx, role, with(may("s3:GetObject iam:CreateUser", "*")))
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "spec.statements[0]: iam:CreateUser")
		document := w.iamRole(nameOf(role)).InlinePolicies["ecsiam"]
		Expect(document).NotTo(ContainSubstring("CreateUser"))
		Expect(document).NotTo(ContainSubstring("PutObject"), "what the edit takes away goes")
		Expect(strings.ToLower(document)).To(ContainSubstring("getobject"), "what both have stays")
	})

	It("remove what an attacker attached, although the spec violates as well", func(ctx SpecContext) {
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask))
		_, err := w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{
			RoleName: aws.String(nameOf(role)), PolicyArn: aws.String(adminAccess),
		})
		Expect(err).NotTo(HaveOccurred())
		w.update(ctx, role, with(may("iam:*", "*")))
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(BeEmpty())
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(BeEmpty())
	})

	It("keep a retained object until it may go, and let it go when it is deleted", func(ctx SpecContext) {
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "deletionPolicies")
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
		w.settle(ctx, role)
		_, there := w.sim.Role(nameOf(role))
		Expect(there).To(BeFalse())
	})
})

var _ = Describe("Guardrails that become tighter", func() {
	It("are reported on what exists, which stays Ready, and widen nothing", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, with(may("iam:CreateUser", "*"))))
		w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.Mode = v1alpha1.GuardrailModeRestricted })
		w.pass(ctx, role)
		expectExceeded(role, "spec.statements[0]: iam:CreateUser")
		Expect(w.writes()).To(BeEmpty())

		By("an edit that widens is refused")
		w.update(ctx, role, with(may("iam:CreateUser s3:GetObject", "*")))
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "iam:CreateUser")
		Expect(w.writes()).To(BeEmpty())

		By("an edit that leaves the bounds behind is made")
		w.update(ctx, role, with(may("s3:GetObject", "*")))
		w.settle(ctx, role)
		expectReady(role)
		Expect(condition(role, v1alpha1.ConditionGuardrailExceeded)).To(BeNil())
	})

	It("let the repair of what they allow go on", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTaskExecution, with(may("iam:CreateUser", "*"))))
		w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.Mode = v1alpha1.GuardrailModeRestricted })
		w.pass(ctx, role)
		_, err := w.aws.DetachRolePolicy(ctx, &sdk.DetachRolePolicyInput{
			RoleName: aws.String(nameOf(role)), PolicyArn: aws.String(w.iamRole(nameOf(role)).AttachedPolicies[0]),
		})
		Expect(err).NotTo(HaveOccurred())
		w.resync(ctx, role)
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(1))
		expectExceeded(role)
	})

	It("deny what they deny in every mode", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.guarded(ctx, func(g *v1alpha1.Guardrails) {
			g.Deny = []v1alpha1.DenialRule{{
				Actions: []v1alpha1.ActionPattern{"ecr:*"}, Resources: []v1alpha1.ResourcePattern{"*"},
			}}
		})
		role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTaskExecution))
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
			"AmazonECSTaskExecutionRolePolicy", "spec.guardrails.deny[0]")
	})

	It("detach a policy from those that it may not be attached to any longer", func(ctx SpecContext) {
		w := newPolicyWorld(ctx)
		policy := w.policy("p", toUsers("ci-build"))
		Expect(api.Create(ctx, policy)).To(Succeed())
		w.settlePolicy(ctx, policy)
		w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.AttachTo = nil })
		w.passPolicy(ctx, policy)
		expectNotReady(standing(policy), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
		Expect(w.writes()).To(ContainElement("DetachUserPolicy"))
	})
})

var _ = Describe("Protected entities", func() {
	It("are never adopted nor written to, whatever their tags", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		w.guarded(ctx, func(g *v1alpha1.Guardrails) {
			g.ProtectedARNs = []v1alpha1.ResourcePattern{"arn:{partition}:iam::{accountID}:role/{namespace}_KEEP*"}
		})
		role := w.role("keep", v1alpha1.RoleTypeTask)
		name := nameOf(role)
		_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{
			RoleName: &name, AssumeRolePolicyDocument: aws.String(trustOfEC2),
			Tags: tagList([]string{v1alpha1.TagOwner, clusterID + "/" + w.namespace + "/keep"}),
		})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		w.create(ctx, role)
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "protects it")
		Expect(w.writes()).To(BeEmpty())
		w.delete(ctx, role)
		Expect(w.writes()).To(BeEmpty())
		Expect(exists(ctx, client.ObjectKeyFromObject(role))).To(BeFalse())
	})
})

var _ = Describe("A permissions boundary that the account forces", func() {
	boundary := func(ctx context.Context, w *world, name string, tags ...string) string {
		GinkgoHelper()
		input := &sdk.CreatePolicyInput{
			PolicyName: aws.String(name), PolicyDocument: aws.String(allowAll), Tags: tagList(tags),
		}
		out, err := w.aws.CreatePolicy(ctx, input)
		Expect(err).NotTo(HaveOccurred())
		return *out.Policy.Arn
	}
	force := func(g *v1alpha1.Guardrails) { g.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/bound" }

	It("is set in the call that creates a role, once it can be relied on", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.guarded(ctx, force)
		role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonBoundaryUntrusted, v1alpha1.ConditionStalled, "does not exist")
		Expect(w.writes()).To(BeEmpty())
		arn := boundary(ctx, w, "bound", v1alpha1.TagOwner, "x/y/z")
		w.clock.Step(time.Minute)
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonBoundaryUntrusted, v1alpha1.ConditionStalled, "belongs to the object x/y/z")
		_, err := w.aws.UntagPolicy(ctx, &sdk.UntagPolicyInput{PolicyArn: aws.String(arn), TagKeys: []string{v1alpha1.TagOwner}})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		w.clock.Step(time.Minute)
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"CreateRole"}))
		Expect(w.iamRole(nameOf(role)).PermissionsBoundary).To(Equal(arn))
	})

	It("reaches roles that exist with their next widening edit, and comes back when it is removed", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, with(may("s3:GetObject", "*"))))
		arn := boundary(ctx, w, "bound")
		w.sim.ResetCalls()
		w.guarded(ctx, force)
		w.settle(ctx, role)
		expectExceeded(role, "does not have the boundary")
		Expect(w.writes()).To(BeEmpty())
		w.update(ctx, role, with(may("s3:GetObject s3:PutObject", "*")))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"PutRolePermissionsBoundary", "PutRolePolicy"}))
		_, err := w.aws.DeleteRolePermissionsBoundary(ctx,
			&sdk.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(nameOf(role))})
		Expect(err).NotTo(HaveOccurred())
		w.resync(ctx, role)
		Expect(w.iamRole(nameOf(role)).PermissionsBoundary).To(Equal(arn))
	})
})
