// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// passing makes a role run tasks and pass roles, by their names as objects or by their ARNs.
func passing(names ...string) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) {
		role.Spec.Grants = &v1alpha1.Grants{RunTask: &v1alpha1.RunTaskGrant{
			TaskDefinitionFamilies: []v1alpha1.ECSName{"nightly"}, ClusterNames: []v1alpha1.ECSName{"jobs"},
		}}
		for _, name := range names {
			passed := v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: name}}
			if len(name) > 4 && name[:4] == "arn:" {
				passed = v1alpha1.PassedRole{ARN: v1alpha1.RoleARN(name)}
			}
			role.Spec.Grants.PassRoles = append(role.Spec.Grants.PassRoles, passed)
		}
	}
}

func called(name string) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) { role.Spec.RoleName = name }
}

// foreignRole is a role that somebody else made.
func (w *world) foreignRole(ctx context.Context, name string) {
	GinkgoHelper()
	_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}}`)})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

var _ = Describe("a role that passes other roles", func() {
	It("may pass a role that is declared beside it and not in AWS yet", func(ctx context.Context) {
		w := newWorld(ctx)
		Expect(api.Create(ctx, w.role("app", v1alpha1.RoleTypeTask))).To(Succeed())
		rule := w.ready(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("app")))
		Expect(w.iamRole(nameOf(rule)).InlinePolicies).To(HaveKeyWithValue("ecsiam", And(
			ContainSubstring("arn:aws:iam::111122223333:role/"+w.namespace+"_app"),
			ContainSubstring(`"iam:PassedToService":"ecs-tasks.amazonaws.com"`))))
		Expect(w.iamRole(nameOf(rule)).AttachedPolicies).To(BeEmpty())
	})

	It("costs no write when nothing changes, and no read of roles whose names belong to the namespace", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		rule := w.ready(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("app")))
		w.resync(ctx, rule)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.reads()).To(HaveLen(3 + 1))
	})

	It("waits for an object that does not exist and names it", func(ctx context.Context) {
		w := newWorld(ctx)
		rule := w.create(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("late")))
		expectNotReady(rule, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling,
			"spec.grants.passRoles[0].roleRef.name", "ECSRole late", "create it")
		Expect(w.writes()).To(BeEmpty())
		Expect(api.Create(ctx, w.role("late", v1alpha1.RoleTypeTaskExecution))).To(Succeed())
		w.settle(ctx, rule)
		expectReady(rule)
	})

	It("cannot pass a role whose type the service does not take", func(ctx context.Context) {
		w := newWorld(ctx)
		Expect(api.Create(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))).To(Succeed())
		rule := w.create(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("node")))
		expectNotReady(rule, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled, "Task or TaskExecution")
	})

	It("cannot pass someone else's role by naming it in another object", func(ctx context.Context) {
		w := newWorld(ctx)
		w.foreignRole(ctx, "Admin")
		Expect(api.Create(ctx, w.role("mine", v1alpha1.RoleTypeTask, called("Admin")))).To(Succeed())
		for _, passed := range []string{"mine", "arn:{partition}:iam::{accountID}:role/Admin"} {
			rule := w.create(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing(passed)))
			expectNotReady(rule, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "mine", "belongs to someone else")
			Expect(w.writes()).To(BeEmpty())
			w.delete(ctx, rule)
		}
	})

	It("cannot pass by ARN what no object of the namespace declares", func(ctx context.Context) {
		w := newWorld(ctx)
		rule := w.create(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("arn:{partition}:iam::{accountID}:role/Admin")))
		expectNotReady(rule, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled, "does not belong to this namespace")
		Expect(w.writes()).To(BeEmpty())
	})

	It("may pass a role of another name once that is known to be its own", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, called("checkout")))
		rule := w.ready(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("app", "arn:{partition}:iam::{accountID}:role/{namespace}_x")))
		w.sim.ResetCalls()
		w.resync(ctx, rule)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.reads()).To(HaveLen(3+1+1), "one read more, of whose the other role is")
		Expect(w.iamRole(nameOf(rule)).InlinePolicies).To(HaveKeyWithValue("ecsiam", And(
			ContainSubstring("arn:aws:iam::111122223333:role/checkout"),
			ContainSubstring("arn:aws:iam::111122223333:role/"+w.namespace+"_x"))))
	})

	It("does not pass a role to whose name another namespace has the better claim", func(ctx context.Context) {
		w := newWorld(ctx, everywhere)
		home := w.newNamespace(ctx, nil)
		named := func(r *v1alpha1.ECSRole) { r.Spec.RoleName = home + "_app" }
		w.create(ctx, w.role("squat", v1alpha1.RoleTypeTask, named, observing))
		first := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Namespace = home })
		Expect(api.Create(ctx, first)).To(Succeed())
		rule := w.create(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("squat")))
		expectNotReady(rule, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "not available")
	})

	It("may no longer pass a role that is gone, and keeps the rest", func(ctx context.Context) {
		w := newWorld(ctx)
		app := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		rule := w.ready(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("app", "arn:{partition}:iam::{accountID}:role/{namespace}_x")))
		w.delete(ctx, app)
		w.clock.Step(time.Minute)
		w.sim.ResetCalls()
		w.pass(ctx, rule)
		expectNotReady(rule, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "ECSRole app")
		Expect(w.writes()).To(ConsistOf("PutRolePolicy"))
		Expect(w.iamRole(nameOf(rule)).InlinePolicies).To(HaveKeyWithValue("ecsiam", And(
			Not(ContainSubstring("_app")), ContainSubstring("role/"+w.namespace+"_x"), ContainSubstring("ecs:RunTask"))))
		w.resync(ctx, rule)
		Expect(w.writes()).To(ConsistOf("PutRolePolicy"))
	})

	It("may no longer pass a role that somebody else made under the name since", func(ctx context.Context) {
		w := newWorld(ctx)
		Expect(api.Create(ctx, w.role("mine", v1alpha1.RoleTypeTask, called("Admin"), observing))).To(Succeed())
		rule := w.ready(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("mine")))
		Expect(w.iamRole(nameOf(rule)).InlinePolicies).To(HaveKeyWithValue("ecsiam", ContainSubstring("role/Admin")))
		w.foreignRole(ctx, "Admin")
		w.resync(ctx, rule)
		expectNotReady(rule, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "mine", "belongs to someone else")
		Expect(w.iamRole(nameOf(rule)).InlinePolicies).To(HaveKeyWithValue("ecsiam", Not(ContainSubstring("iam:PassRole"))))
	})

	It("is deleted although a role that it passes is gone", func(ctx context.Context) {
		w := newWorld(ctx)
		app := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		rule := w.ready(ctx, w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("app")))
		w.delete(ctx, app)
		w.pass(ctx, rule)
		expectNotReady(rule, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "ECSRole app")
		w.delete(ctx, rule)
		Expect(exists(ctx, keyOf(rule))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
	})
})

var _ = Describe("references under a manager", func() {
	It("become Ready together, whichever comes first", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		infrastructure := w.role("infrastructure", v1alpha1.RoleTypeInfrastructure, func(role *v1alpha1.ECSRole) {
			role.Spec.Capabilities = []v1alpha1.InfrastructureCapability{v1alpha1.CapabilityManagedInstances}
			role.Spec.Grants = &v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "managed"}}}}
		})
		rule := w.role("rule", v1alpha1.RoleTypeEventBridgeRule, passing("app", "execution"))
		Expect(api.Create(ctx, infrastructure)).To(Succeed())
		Expect(api.Create(ctx, rule)).To(Succeed())
		eventually(ctx, infrastructure, v1alpha1.ReasonReferenceNotReady)
		eventually(ctx, rule, v1alpha1.ReasonReferenceNotReady)
		for name, kind := range map[string]v1alpha1.RoleType{
			"app": v1alpha1.RoleTypeTask, "execution": v1alpha1.RoleTypeTaskExecution, "managed": v1alpha1.RoleTypeManagedInstance,
		} {
			Expect(api.Create(ctx, w.role(name, kind))).To(Succeed())
		}
		eventually(ctx, infrastructure, v1alpha1.ReasonReconciled)
		eventually(ctx, rule, v1alpha1.ReasonReconciled)
	}, NodeTimeout(patient*2))

	It("wait for a policy until it is in AWS", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		role := w.role("app", v1alpha1.RoleTypeTask, func(role *v1alpha1.ECSRole) {
			role.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: "read-orders"}}}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		Expect(eventually(ctx, role, v1alpha1.ReasonReferenceNotReady).Message).To(ContainSubstring("ECSPolicy read-orders does not exist"))
		orders := w.policy("read-orders")
		Expect(api.Create(ctx, orders)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		Expect(w.attached(orders)).To(ConsistOf("role/" + nameOf(role)))
	}, NodeTimeout(patient*2))

	It("exchange one policy for another when that is in AWS, and not before", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		orders, stock := w.policy("read-orders"), w.policy("read-stock")
		role := w.role("app", v1alpha1.RoleTypeTask, referring(orders.Name))
		Expect(api.Create(ctx, orders)).To(Succeed())
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		w.update(ctx, role, referring(stock.Name))
		eventually(ctx, role, v1alpha1.ReasonReferenceNotReady)
		Expect(w.attached(orders)).To(ConsistOf("role/" + nameOf(role)))
		Expect(api.Create(ctx, stock)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		Expect(w.attached(stock)).To(ConsistOf("role/" + nameOf(role)))
		Expect(w.attached(orders)).To(BeEmpty())
		Expect(eventReasons(ctx, role)).NotTo(ContainElement("DriftCorrected"))
	}, NodeTimeout(patient*2))
})
