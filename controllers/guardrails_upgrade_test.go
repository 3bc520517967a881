// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// sharing returns a role with a customer managed policy that the guardrails list, and what gives that policy a version by
// which its holders can raise permissions.
func (w *world) sharing(ctx context.Context) (role *v1alpha1.ECSRole, climb func()) {
	GinkgoHelper()
	out, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
		PolicyName: aws.String("shared"), PolicyDocument: aws.String(documentOf("s3:GetObject")),
	})
	Expect(err).NotTo(HaveOccurred())
	w.guarded(ctx, func(g *v1alpha1.Guardrails) {
		g.ManagedPolicyARNs = []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern(*out.Policy.Arn)}
	})
	return w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, withPolicies(*out.Policy.Arn))), func() {
		GinkgoHelper()
		_, err := w.aws.CreatePolicyVersion(ctx, &sdk.CreatePolicyVersionInput{
			PolicyArn: out.Policy.Arn, PolicyDocument: aws.String(documentOf("iam:CreateUser")), SetAsDefault: true,
		})
		Expect(err).NotTo(HaveOccurred())
	}
}

// restrict has the guardrails of the world's account in force that nobody configured.
func (w *world) restrict(ctx context.Context) {
	GinkgoHelper()
	w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.Mode = v1alpha1.GuardrailModeRestricted })
}

// inline gives a role an inline policy, as someone beside the controller.
func (w *world) inline(ctx context.Context, role, name, action string) {
	GinkgoHelper()
	_, err := w.aws.PutRolePolicy(ctx, &sdk.PutRolePolicyInput{
		RoleName: &role, PolicyName: &name, PolicyDocument: aws.String(documentOf(action)),
	})
	Expect(err).NotTo(HaveOccurred())
}

func documentOf(action string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`
}

var _ = Describe("The first start of a version with guardrails", func() {
	It("lists on the account what would be refused, and takes it off the list when it is within", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("wide", v1alpha1.RoleTypeTask, with(may("iam:CreateUser", "*"))))
		policy := w.readyPolicy(ctx, w.policy("wider", permitting(may("sts:AssumeRole", "*"))))
		w.ready(ctx, w.role("fine", v1alpha1.RoleTypeTask, with(may("s3:GetObject", "*"))))
		w.restrict(ctx)
		w.restart()
		for _, name := range []string{"wide", "fine"} {
			w.pass(ctx, w.role(name, v1alpha1.RoleTypeTask))
		}
		w.passPolicy(ctx, policy)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.passAccount(ctx).Status.OutOfBounds).To(ConsistOf(
			And(HaveField("Name", "wide"), HaveField("Message", ContainSubstring("iam:CreateUser on * can raise"))),
			And(HaveField("Name", "wider"), HaveField("Message", ContainSubstring("sts:AssumeRole on * can raise"))),
		))
		Expect(api.Get(ctx, client.ObjectKeyFromObject(role), role)).To(Succeed())
		w.update(ctx, role, with(may("s3:GetObject", "*")))
		w.settle(ctx, role)
		Expect(w.passAccount(ctx).Status.OutOfBounds).To(ConsistOf(HaveField("Name", "wider")))
	})

	It("judges every object at once when guardrails become tighter, and keeps the list by itself", func(ctx SpecContext) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		roles := []*v1alpha1.ECSRole{
			w.role("a", v1alpha1.RoleTypeTask, with(may("iam:CreateUser", "*"))),
			w.role("b", v1alpha1.RoleTypeTask, with(may("sts:AssumeRole", "*"))),
		}
		for _, role := range roles {
			Expect(api.Create(ctx, role)).To(Succeed())
			eventually(ctx, role, v1alpha1.ReasonReconciled)
		}
		listed := func(names ...any) {
			GinkgoHelper()
			Eventually(func(g Gomega) {
				g.Expect(api.Get(ctx, client.ObjectKeyFromObject(w.account), w.account)).To(Succeed())
				found := []any{}
				for _, object := range w.account.Status.OutOfBounds {
					found = append(found, object.Name)
				}
				g.Expect(found).To(ConsistOf(names...))
			}).WithTimeout(patient).Should(Succeed())
		}
		Expect(api.Get(ctx, client.ObjectKeyFromObject(w.account), w.account)).To(Succeed())
		w.restrict(ctx)
		for _, role := range roles {
			Eventually(func(g Gomega) {
				g.Expect(api.Get(ctx, client.ObjectKeyFromObject(role), role)).To(Succeed())
				g.Expect(condition(role, v1alpha1.ConditionGuardrailExceeded)).NotTo(BeNil())
				g.Expect(condition(role, v1alpha1.ConditionReady).Status).To(BeEquivalentTo("True"))
			}).WithTimeout(patient).Should(Succeed())
		}
		listed("a", "b")
		w.update(ctx, roles[0], with(may("s3:GetObject", "*")))
		listed("b")
	})

	It("takes away what only spec.ignore kept, and says that the pattern is without effect", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.Ignore = &v1alpha1.Ignore{InlinePolicies: []v1alpha1.Pattern{"audit-*"}}
		}))
		w.inline(ctx, nameOf(role), "audit-trail", "s3:GetObject")
		w.resync(ctx, role)
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(HaveKey("audit-trail"))
		w.restrict(ctx)
		w.settle(ctx, role)
		expectExceeded(role, "spec.ignore.inlinePolicies[0]: audit-* is not to be left alone")
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(BeEmpty())

		By("a rule keeps it")
		w.guarded(ctx, func(g *v1alpha1.Guardrails) {
			g.Ignore = &v1alpha1.IgnoreGuardrail{InlinePolicies: []v1alpha1.IgnoredPattern{"audit-*"}}
		})
		w.inline(ctx, nameOf(role), "audit-trail", "s3:GetObject")
		w.resync(ctx, role)
		expectReady(role)
		Expect(condition(role, v1alpha1.ConditionGuardrailExceeded)).To(BeNil())
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(HaveKey("audit-trail"))
	})

	It("counts no tag against an object that a rule lets it leave alone", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.Ignore = &v1alpha1.Ignore{Tags: []v1alpha1.Pattern{"org:*"}}
		}))
		_, err := w.aws.TagRole(ctx, &sdk.TagRoleInput{RoleName: aws.String(nameOf(role)), Tags: tagList([]string{"org:unit", "7"})})
		Expect(err).NotTo(HaveOccurred())
		w.guarded(ctx, func(g *v1alpha1.Guardrails) {
			g.Mode = v1alpha1.GuardrailModeRestricted
			g.Ignore = &v1alpha1.IgnoreGuardrail{Tags: []v1alpha1.IgnoredPattern{"ORG:*"}}
		})
		w.resync(ctx, role)
		expectReady(role)
		Expect(condition(role, v1alpha1.ConditionGuardrailExceeded)).To(BeNil())
		left := w.iamRole(nameOf(role))
		_, kept := left.Tag("org:unit")
		Expect(kept).To(BeTrue())
	})
})

var _ = Describe("An object with deletionPolicy Retain that no rule allows", func() {
	retained := func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionRetain }

	It("says every way on while its deletion waits, and each of them leads on", func(ctx SpecContext) {
		for what, way := range map[string]func(*world, *v1alpha1.ECSRole){
			"deletionPolicy Delete": func(w *world, role *v1alpha1.ECSRole) {
				w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
			},
			"a rule of the account": func(w *world, _ *v1alpha1.ECSRole) {
				w.guarded(ctx, func(g *v1alpha1.Guardrails) {
					g.DeletionPolicies = []v1alpha1.DeletionPolicy{v1alpha1.DeletionDelete, v1alpha1.DeletionRetain}
				})
			},
		} {
			By(what)
			w := newWorld(ctx)
			role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, retained))
			w.restrict(ctx)
			w.delete(ctx, role)
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "the deletion waits",
				"set deletionPolicy to Delete", "ask the owner of the account to allow Retain", "operation Abandon")
			Expect(w.writes()).To(BeEmpty())
			way(w, role)
			w.settle(ctx, role)
			Expect(exists(ctx, client.ObjectKeyFromObject(role))).To(BeFalse())
		}
	})

	It("goes at once when it owns nothing that would stay", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTask, retained))
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "spec.deletionPolicy: Retain")
		w.delete(ctx, role)
		Expect(exists(ctx, client.ObjectKeyFromObject(role))).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
	})

	It("is not let go of because AWS does not answer", func(ctx SpecContext) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, retained))
		w.restrict(ctx)
		w.sim.Fail("GetRole", "Throttling", -1, nil)
		Expect(api.Delete(ctx, role)).To(Succeed())
		for range 10 {
			w.clock.Step(time.Hour)
			w.pass(ctx, role)
		}
		Expect(exists(ctx, client.ObjectKeyFromObject(role))).To(BeTrue())
	})
})

var _ = Describe("A boundary that the account forces", func() {
	It("comes back to a role that had it, also after the controller was not there", func(ctx SpecContext) {
		w := newWorld(ctx)
		out, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
			PolicyName: aws.String("bound"), PolicyDocument: aws.String(allowAll),
		})
		Expect(err).NotTo(HaveOccurred())
		force := func(g *v1alpha1.Guardrails) { g.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/bound" }
		never := w.ready(ctx, w.role("never", v1alpha1.RoleTypeTask))
		w.guarded(ctx, force)
		had := w.ready(ctx, w.role("had", v1alpha1.RoleTypeTask))
		_, err = w.aws.DeleteRolePermissionsBoundary(ctx,
			&sdk.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(nameOf(had))})
		Expect(err).NotTo(HaveOccurred())
		w.restart()
		w.clock.Step(time.Minute)
		w.resync(ctx, had)
		w.resync(ctx, never)
		Expect(w.iamRole(nameOf(had)).PermissionsBoundary).To(Equal(*out.Policy.Arn))
		expectReady(had)
		Expect(w.iamRole(nameOf(never)).PermissionsBoundary).To(BeEmpty())
		expectExceeded(never, "does not have the boundary")
	})
})

var _ = Describe("What an attacker leaves on a role", func() {
	It("goes although the tag ecsiam.dev/hold keeps the role, when permissions can be raised with it", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, with(may("s3:GetObject", "*"))))
		w.inline(ctx, nameOf(role), "harmless", "s3:ListBucket")
		w.inline(ctx, nameOf(role), "evil", "iam:PutRolePolicy")
		_, err := w.aws.TagRole(ctx, &sdk.TagRoleInput{
			RoleName: aws.String(nameOf(role)), Tags: tagList([]string{v1alpha1.TagHold, "please"}),
		})
		Expect(err).NotTo(HaveOccurred())
		w.resync(ctx, role)
		Expect(w.iamRole(nameOf(role)).InlinePolicies).NotTo(HaveKey("evil"))
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(HaveKey("harmless"), "the hold keeps what raises nothing")
		Expect(w.writes()).To(ContainElement("DeleteRolePolicy"))
	})
})

var _ = Describe("Judging what a plan leads to", func() {
	const stops, sets = "ec2:StopInstances ec2:StartInstances", "ec2:ModifyInstanceAttribute"

	It("has what goes be gone before anything comes that would complete a way with it", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, with(may(stops, "*"))))
		policy := w.readyPolicy(ctx, w.policy("p", permitting(may(sets, "*"))))
		w.sim.ResetCalls()
		w.update(ctx, role, func(r *v1alpha1.ECSRole) {
			with(may("s3:GetObject", "*"))(r)
			withRef(policy.Name)(r)
		})
		w.settle(ctx, role)
		expectReady(role)
		writes := w.writes()
		Expect(slices.Index(writes, "AttachRolePolicy")).To(BeNumerically(">", slices.Index(writes, "PutRolePolicy")),
			"%v", writes)
	})

	It("waits with what comes while what must go first cannot go", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, with(may(stops, "*"))))
		policy := w.readyPolicy(ctx, w.policy("p", permitting(may(sets, "*"))))
		w.sim.Fail("PutRolePolicy", "ServiceFailure", -1, nil)
		w.sim.Fail("DeleteRolePolicy", "ServiceFailure", -1, nil)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) {
			with(may("s3:GetObject", "*"))(r)
			withRef(policy.Name)(r)
		})
		w.pass(ctx, role)
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(BeEmpty())
		Expect(condition(role, v1alpha1.ConditionReady).Status).NotTo(BeEquivalentTo("True"))
	})

	It("sees what a policy permits now, although its document was read within the hour", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		policy := w.readyPolicy(ctx, w.policy("p"))
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, withRef(policy.Name)))
		w.updatePolicy(ctx, policy, permitting(may(sets, "*")))
		expectReady(standing(policy))
		w.update(ctx, role, with(may(stops, "*")))
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "together these permissions")
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(BeEmpty())
	})

	It("sees what role and policy declare at the same moment, whichever is looked at first", func(ctx SpecContext) {
		for _, roleFirst := range []bool{true, false} {
			w := newWorld(ctx, restricted)
			policy := w.readyPolicy(ctx, w.policy("p"))
			role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, withRef(policy.Name)))
			w.update(ctx, role, with(may(stops, "*")))
			before := policy.DeepCopy()
			permitting(may(sets, "*"))(policy)
			Expect(api.Patch(ctx, policy, client.MergeFrom(before))).To(Succeed())
			w.sim.ResetCalls()
			passes := []func(){func() { w.pass(ctx, role) }, func() { w.passPolicy(ctx, policy) }}
			if !roleFirst {
				slices.Reverse(passes)
			}
			for _, pass := range passes {
				pass()
			}
			Expect(w.writes()).To(BeEmpty(), "each sees what the other declares")
		}
	})

	It("withholds what widens while a role that has the policy cannot be read", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		policy := w.readyPolicy(ctx, w.policy("p"))
		role := w.ready(ctx, w.role("r", v1alpha1.RoleTypeTask, withRef(policy.Name)))
		w.sim.Fail("ListRolePolicies", "AccessDenied", -1, nil)
		before := policy.DeepCopy()
		permitting(may(sets, "*"))(policy)
		Expect(api.Patch(ctx, policy, client.MergeFrom(before))).To(Succeed())
		w.passPolicy(ctx, policy)
		Expect(w.writes()).NotTo(ContainElement("CreatePolicyVersion"))
		Expect(condition(standing(policy), v1alpha1.ConditionReady).Status).NotTo(BeEquivalentTo("True"))
		w.sim.ClearFaults()
		w.clock.Step(10 * time.Minute)
		w.settlePolicy(ctx, policy)
		expectReady(standing(policy))
		_ = role
	})

	It("withholds the attachment of a policy whose document cannot be read", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.ManagedPolicyARNs = []v1alpha1.ResourcePattern{ssmReadOnly} })
		w.sim.Fail("GetPolicyVersion", "AccessDenied", -1, nil)
		role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly)))
		Expect(w.writes()).To(BeEmpty())
		Expect(condition(role, v1alpha1.ConditionReady).Status).NotTo(BeEquivalentTo("True"))
	})

	It("sees a new version of a managed policy within the hour, reports it, and takes nothing", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role, climb := w.sharing(ctx)
		climb()
		w.sim.ResetCalls()
		w.clock.Step(time.Hour)
		w.pass(ctx, role)
		expectExceeded(role, "spec.managedPolicies[0].arn: iam:CreateUser on * can raise permissions")
		Expect(w.writes()).To(BeEmpty())
		Expect(w.passAccount(ctx).Status.OutOfBounds).To(ConsistOf(HaveField("Name", "r")))
	})

	It("judges a new version of a managed policy again although no pass is due", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		role, climb := w.sharing(ctx)
		Expect(w.roles.RefreshDocuments(ctx)).To(BeEmpty())
		Expect(w.reads()).To(BeEmpty(), "within the hour nothing is asked")
		w.clock.Step(time.Hour)
		Expect(w.roles.RefreshDocuments(ctx)).To(BeEmpty())
		Expect(w.reads()).To(Equal([]string{"GetPolicy"}), "what has no new version costs one call an hour")
		climb()
		w.clock.Step(time.Hour)
		Expect(w.roles.RefreshDocuments(ctx)).To(ConsistOf(HaveField("Name", role.Name)))
		w.pass(ctx, role)
		expectExceeded(role, "spec.managedPolicies[0].arn: iam:CreateUser on * can raise permissions")

		By("a policy that nothing uses is asked for no longer")
		w.delete(ctx, role)
		w.clock.Step(time.Hour)
		w.sim.ResetCalls()
		Expect(w.roles.RefreshDocuments(ctx)).To(BeEmpty())
		Expect(w.reads()).To(BeEmpty())
	})

	It("costs two calls for each policy and hour, and none at an unchanged look", func(ctx SpecContext) {
		w := newWorld(ctx, restricted)
		w.guarded(ctx, func(g *v1alpha1.Guardrails) { g.ManagedPolicyARNs = []v1alpha1.ResourcePattern{ssmReadOnly} })
		first := w.role("a", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly))
		Expect(api.Create(ctx, first)).To(Succeed())
		w.settle(ctx, first)
		Expect(inquiries(w)).To(Equal([]string{"GetPolicy", "GetPolicyVersion"}), "a creation")
		w.ready(ctx, w.role("b", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly)))
		w.resync(ctx, first)
		Expect(inquiries(w)).To(BeEmpty(), "an unchanged look")
	})
})

// inquiries are the calls for the documents of managed policies since the last reset.
func inquiries(w *world) []string {
	return slices.DeleteFunc(iamsim.ActionNames(iamsim.Reads(w.sim.Calls())), func(action string) bool {
		return !strings.HasPrefix(action, "GetPolicy")
	})
}

var _ = Describe("What the controller works with", func() {
	It("is no name that an object may take, before it exists either", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.guarded(ctx, func(g *v1alpha1.Guardrails) {
			g.ProtectedARNs = []v1alpha1.ResourcePattern{
				"arn:{partition}:iam::{accountID}:role/break-glass", "arn:{partition}:iam::{accountID}:policy/break-glass",
			}
			g.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/boundaries/bound"
		})
		role := w.create(ctx, w.role("r", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "Break-Glass" }))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "is not created", "protects it")
		for _, name := range []string{"break-glass", "bound"} {
			policy := w.policy(name, func(p *v1alpha1.ECSPolicy) { p.Spec.PolicyName = name })
			Expect(api.Create(ctx, policy)).To(Succeed())
			w.passPolicy(ctx, policy)
			expectNotReady(standing(policy), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "is not created")
		}
		Expect(w.writes()).To(BeEmpty())
	})

	It("is not changed by an object whose policy the controller's own role has", func(ctx SpecContext) {
		w := newWorld(ctx)
		policy := w.readyPolicy(ctx, w.policy("p"))
		_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{
			RoleName: aws.String("controller"), AssumeRolePolicyDocument: aws.String(trustOfEC2),
		})
		Expect(err).NotTo(HaveOccurred())
		_, err = w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{
			RoleName: aws.String("controller"), PolicyArn: &policy.Status.PolicyARN,
		})
		Expect(err).NotTo(HaveOccurred())
		// Another AWSAccount of the same account is reached by the role.
		second := w.account.DeepCopy()
		second.ObjectMeta = metav1.ObjectMeta{Name: w.account.Name + "-2"}
		second.Spec.AssumeRole = &v1alpha1.AssumeRole{AssumeRoleHop: v1alpha1.AssumeRoleHop{
			RoleARN: "arn:aws:iam::" + w.sim.AccountID() + ":role/controller",
		}}
		Expect(api.Create(ctx, second)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, second) })
		w.sim.ResetCalls()
		before := policy.DeepCopy()
		permitting(may("s3:*", "*"))(policy)
		Expect(api.Patch(ctx, policy, client.MergeFrom(before))).To(Succeed())
		w.passPolicy(ctx, policy)
		expectNotReady(standing(policy), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled,
			"the controller, whose role controller has it")
		Expect(w.writes()).To(BeEmpty())
	})

	It("is no boundary of another namespace's role that an object adopts", func(ctx SpecContext) {
		w := newWorld(ctx, everywhere)
		out, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
			PolicyName: aws.String("limits"), PolicyDocument: aws.String(documentOf("s3:GetObject")),
		})
		Expect(err).NotTo(HaveOccurred())
		elsewhere := w.role("r", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Namespace, r.Spec.PermissionsBoundary = w.newNamespace(ctx, nil), v1alpha1.PolicyARN(*out.Policy.Arn)
		})
		w.ready(ctx, elsewhere)
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) {
			a.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
				Namespaces: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}, NamePattern: "limits",
			}}}
		})
		policy := w.policy("limits", func(p *v1alpha1.ECSPolicy) {
			p.Spec.PolicyName, p.Spec.AdoptionPolicy = "limits", v1alpha1.AdoptionAdopt
		})
		Expect(api.Create(ctx, policy)).To(Succeed())
		w.passPolicy(ctx, policy)
		expectNotReady(standing(policy), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled,
			"a role of another namespace, whose permissions boundary it is")
		Expect(w.writes()).To(BeEmpty())
	})
})
