// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"cmp"
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// bounded gives the account guardrails and nothing else.
func bounded(guardrails v1alpha1.Guardrails) func(*v1alpha1.AWSAccount) {
	return func(a *v1alpha1.AWSAccount) { a.Spec.Guardrails = &guardrails }
}

// passAccount makes a pass over the world's AWSAccount and reads it again.
func (w *world) passAccount(ctx context.Context) *v1alpha1.AWSAccount {
	GinkgoHelper()
	key := client.ObjectKeyFromObject(w.account)
	_, err := w.accounts.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	Expect(err).NotTo(HaveOccurred())
	Expect(api.Get(ctx, key, w.account)).To(Succeed())
	return w.account
}

func allowMore(r *v1alpha1.ECSRole) {
	r.Spec.Statements = append(r.Spec.Statements, statement("s3:PutObject"))
}

var _ = Describe("the names that an account gives by default", func() {
	shared := bounded(v1alpha1.Guardrails{DefaultNamePattern: "prod-{namespace}_*"})

	It("follow its pattern, for roles, profiles and policies", func(ctx context.Context) {
		w := newWorld(ctx, shared)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		Expect(role.Status.RoleName).To(Equal("prod-" + w.namespace + "_node"))
		Expect(role.Status.InstanceProfileARN).To(HaveSuffix("/prod-" + w.namespace + "_node"))
		policy := w.readyPolicy(ctx, w.policy("read"))
		Expect(policy.Status.PolicyName).To(Equal("prod-" + w.namespace + "_read"))

		bare := w.create(ctx, w.role("bare", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.RoleName = w.namespace + "_x" }))
		expectNotReady(bare, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "spec.roleName",
			"begin with prod-"+w.namespace+"_", "spec.guardrails.names")
	})

	It("leave no role behind when the pattern comes later", func(ctx context.Context) {
		w := newWorld(ctx, closeNames)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.updateAccount(ctx, shared)
		w.restart()
		w.resync(ctx, role)
		expectReady(role)
		Expect(role.Status.RoleName).To(Equal(w.namespace + "_app"))
		Expect(w.writes()).To(BeEmpty())
		Expect(role.Status.Warnings).To(ContainElement(HaveField("Code", v1alpha1.WarningOutOfBounds)))

		Expect(w.passAccount(ctx).Status.OutOfBounds).To(HaveLen(1))
		Expect(w.account.Status.OutOfBounds[0].Name).To(Equal("app"))
		w.delete(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
		Expect(w.passAccount(ctx).Status.OutOfBounds).To(BeEmpty())
	})

	It("are contested with names that are spelt out, in any case", func(ctx context.Context) {
		w := newWorld(ctx, everywhere, shared)
		evil := w.newNamespace(ctx, nil)
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { openNames(a, evil) })
		victim := w.ready(ctx, w.role("vic", v1alpha1.RoleTypeTask))
		squatter := w.create(ctx, w.role("squat", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Namespace, r.Spec.RoleName = evil, "PROD-"+w.namespace+"_Vic"
		}))
		expectNotReady(squatter, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled, "is not available")
		Expect(condition(squatter, v1alpha1.ConditionReady).Message).NotTo(Or(
			ContainSubstring("claim"), ContainSubstring("/vic"), ContainSubstring("namespace")))
		w.delete(ctx, victim)
		w.resync(ctx, squatter)
		expectNotReady(squatter, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled)
	})

	It("are none under a pattern that cannot be read, and the account says so", func(ctx context.Context) {
		w := newWorld(ctx, bounded(v1alpha1.Guardrails{DefaultNamePattern: "{namespace}-*"}))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
			"spec.guardrails.defaultNamePattern", w.account.Name)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.passAccount(ctx).Status.Conditions).To(ContainElement(And(
			HaveField("Type", v1alpha1.ConditionStalled), HaveField("Reason", string(v1alpha1.ReasonInvalidSpec)),
			HaveField("Message", ContainSubstring("spec.guardrails.defaultNamePattern")))))
	})
})

var _ = Describe("the bound of paths", func() {
	below := bounded(v1alpha1.Guardrails{RolePath: "/ecs/{namespace}/"})

	It("gives roles and profiles their path", func(ctx context.Context) {
		w := newWorld(ctx, below, func(a *v1alpha1.AWSAccount) { a.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/x/"} })
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		Expect(role.Status.Path).To(Equal("/ecs/" + w.namespace + "/"))
		Expect(role.Status.InstanceProfileARN).To(ContainSubstring("/ecs/" + w.namespace + "/"))
		inside := w.ready(ctx, w.role("deep", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.Path = "/ecs/" + w.namespace + "/web/"
		}))
		w.expectNothingToDo(ctx, inside)
	})

	It("refuses another, that of a namespace whose name begins alike included", func(ctx context.Context) {
		w := newWorld(ctx, below)
		for name, path := range map[string]string{"root": "/", "alike": "/ecs/" + w.namespace + "-x/", "above": "/ecs/"} {
			role := w.create(ctx, w.role(name, v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.Path = path }))
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "spec.path",
				"/ecs/"+w.namespace+"/")
		}
		Expect(w.writes()).To(BeEmpty())
	})

	It("holds for a role that is adopted as well", func(ctx context.Context) {
		w := newWorld(ctx, below, func(a *v1alpha1.AWSAccount) {
			a.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{Namespaces: a.Spec.AllowedNamespaces.Names, NamePattern: "*"}}}
		})
		w.others(ctx, w.namespace+"_app", createsOnPath("/elsewhere/"))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.AdoptionPolicy = v1alpha1.AdoptionAdopt
		}))
		expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "/elsewhere/")
		Expect(w.writes()).To(BeEmpty())
	})

	DescribeTable("that comes later withholds what widens, and nothing else",
		func(ctx context.Context, bound func(*v1alpha1.AWSAccount)) {
			w := newWorld(ctx, closeNames)
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
				r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject", "s3:ListBucket")}
				r.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: "arn:{partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"}}
			}))
			w.updateAccount(ctx, bound)

			w.update(ctx, role, allowMore)
			w.pass(ctx, role)
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "withheld")
			Expect(w.writes()).To(BeEmpty())
			w.expectNothingElse(ctx, role)

			w.update(ctx, role, func(r *v1alpha1.ECSRole) {
				r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
				r.Spec.ManagedPolicies = nil
			})
			w.settle(ctx, role)
			expectReady(role)
			Expect(w.writes()).To(ConsistOf("PutRolePolicy", "DetachRolePolicy"))

			w.others(ctx, nameOf(role), deletesInline("ecsiam"))
			w.resync(ctx, role)
			Expect(w.writes()).To(ConsistOf("PutRolePolicy"), "what was there is repaired")

			w.update(ctx, role, allowMore)
			w.pass(ctx, role)
			expectNotReady(role, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
			Expect(w.passAccount(ctx).Status.OutOfBounds).To(HaveLen(1))
			w.updateAccount(ctx, closeNames)
			w.settle(ctx, role)
			expectReady(role)
			w.updateAccount(ctx, bound)
			w.delete(ctx, role)
			Expect(w.sim.Roles()).To(BeEmpty())
		},
		Entry("of paths", bounded(v1alpha1.Guardrails{RolePath: "/ecs/{namespace}/"})),
		Entry("of names", bounded(v1alpha1.Guardrails{DefaultNamePattern: "prod-{namespace}_*"})),
		Entry("of paths that cannot be read", bounded(v1alpha1.Guardrails{RolePath: "ecs"})),
	)
})

var _ = Describe("the number of roles of a namespace", func() {
	most := bounded(v1alpha1.Guardrails{MaxRolesPerNamespace: 2})

	It("admits the oldest, and the next when one of them is gone", func(ctx context.Context) {
		w := newWorld(ctx, most)
		// Objects have their age in seconds: the names are such that those of one second would go the other way round.
		first := w.ready(ctx, w.role("c", v1alpha1.RoleTypeTask))
		w.ready(ctx, w.role("b", v1alpha1.RoleTypeTask))
		third := w.create(ctx, w.role("a", v1alpha1.RoleTypeTask))
		expectNotReady(third, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
			"admits 2 ECSRoles", "spec.guardrails.maxRolesPerNamespace", w.account.Name)
		fourth := w.create(ctx, w.role("d", v1alpha1.RoleTypeTask))
		expectNotReady(fourth, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
		w.restart()
		w.resync(ctx, third)
		expectNotReady(third, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
		Expect(w.sim.Roles()).To(HaveLen(2))

		w.delete(ctx, first)
		w.settle(ctx, third)
		expectReady(third)
		w.resync(ctx, fourth)
		expectNotReady(fourth, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
		w.delete(ctx, third)
		w.settle(ctx, fourth)
		expectReady(fourth)
		Expect(w.sim.Roles()).To(HaveLen(2))
	})

	It("is bounded although nobody configured anything, and one that is deleted makes room for the next", func(ctx context.Context) {
		w := newWorld(ctx, restricted)
		var first *v1alpha1.ECSRole
		for i := range guardrail.DefaultMaxRoles {
			role := w.role(fmt.Sprintf("a%03d", i), v1alpha1.RoleTypeTask)
			Expect(api.Create(ctx, role)).To(Succeed())
			first = cmp.Or(first, role)
		}
		next := w.create(ctx, w.role("b", v1alpha1.RoleTypeTask))
		expectNotReady(next, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
			"admits 200 ECSRoles", "spec.guardrails.maxRolesPerNamespace")
		Expect(w.sim.Roles()).To(BeEmpty())
		letGo(ctx, first)
		w.settle(ctx, next)
		expectReady(next)
	})

	It("that is lowered takes no role away and lets none widen", func(ctx context.Context) {
		w := newWorld(ctx, closeNames)
		w.ready(ctx, w.role("a", v1alpha1.RoleTypeTask))
		younger := w.ready(ctx, w.role("b", v1alpha1.RoleTypeTask))
		w.updateAccount(ctx, bounded(v1alpha1.Guardrails{MaxRolesPerNamespace: 1}))
		w.resync(ctx, younger)
		expectReady(younger)
		w.update(ctx, younger, allowMore)
		w.pass(ctx, younger)
		expectNotReady(younger, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "maxRolesPerNamespace")
		Expect(w.passAccount(ctx).Status.OutOfBounds).To(ConsistOf(HaveField("Name", "b")))
	})
})
