// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

var _ = Describe("an IAM that shows writes late", func() {
	for _, lag := range []time.Duration{8 * time.Second, 25 * time.Second} {
		late := iamsim.Lag{Duration: lag}

		It("by "+lag.String()+" leads to no second write and no event of drift", func(ctx context.Context) {
			w := newWorld(ctx)
			w.sim.SetConsistencyLag(late)
			role := w.role("node", v1alpha1.RoleTypeContainerInstance, complete)
			Expect(api.Create(ctx, role)).To(Succeed())
			w.settle(ctx, role)
			expectReady(role)
			w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) {
				s.Statements, s.ManagedPolicies, s.Tags, s.PermissionsBoundary = nil, nil, nil, boundaryB
			}))
			w.settle(ctx, role)
			expectReady(role)
			writes := w.writes()
			for range 5 {
				w.clock.Step(3 * time.Second)
				w.pass(ctx, role)
				expectReady(role)
			}
			w.expectNothingToDo(ctx, role)
			Expect(w.writes()).To(Equal(writes))
			Expect(w.events.reasons()).To(Equal([]string{"Created", "Updated"}))
		})

		It("by "+lag.String()+" is no conflict for a restarted controller", func(ctx context.Context) {
			w := newWorld(ctx)
			w.sim.SetConsistencyLag(late)
			role := w.create(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, withStatement))
			w.restart()
			w.settle(ctx, role)
			expectReady(role)
			Expect(w.events.reasons()).NotTo(ContainElement("OwnershipConflict"))
			Expect(w.events.reasons()).NotTo(ContainElement("DriftCorrected"))
			w.clock.Step(time.Minute)
			w.sim.ResetCalls()
			w.expectNothingToDo(ctx, role)
		})
	}

	It("has nothing written by a controller that takes over within the window", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.clock.Step(time.Minute)
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 25 * time.Second})
		w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.Statements, s.Description = nil, "another" }))
		w.settle(ctx, role)
		expectReady(role)
		writes := w.writes()
		w.restart()
		wait := w.pass(ctx, role).RequeueAfter
		Expect(w.writes()).To(Equal(writes))
		Expect(wait).To(BeNumerically("~", 20*time.Second, 5*time.Second))
		expectReady(role)
		w.clock.Step(time.Minute)
		w.pass(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal(writes))
		Expect(w.events.reasons()).NotTo(ContainElement("DriftCorrected"))
	})

	It("does not make a new object take the deleted role of an earlier one for its own", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		first := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Get(ctx, keyOf(first), first)).To(Succeed())
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 8 * time.Second})
		w.delete(ctx, first)
		Expect(exists(ctx, keyOf(first))).To(BeFalse())
		w.events.reset()
		again := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		Expect(again.Status.RoleID).To(BeEmpty())
		w.settle(ctx, again)
		expectReady(again)
		Expect(again.Status.RoleID).NotTo(Equal(first.Status.RoleID))
		Expect(w.iamRole(nameOf(again)).InlinePolicies).To(HaveLen(1))
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
	})

	It("does not make a new object take the deleted policy of an earlier one for its own", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		first := w.readyPolicy(ctx, w.policy("orders"))
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 8 * time.Second})
		w.deletePolicy(ctx, first)
		Expect(policyExists(ctx, first)).To(BeFalse())
		again := w.createPolicy(ctx, w.policy("orders"))
		w.settlePolicy(ctx, again)
		expectReady(standing(again))
		Expect(again.Status.PolicyID).NotTo(Equal(first.Status.PolicyID))
	})

	It("does not hide what others change", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 8 * time.Second})
		w.update(ctx, role, withPolicies(ssmReadOnly))
		w.settle(ctx, role)
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		w.events.reset()
		w.resync(ctx, role)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
	})
})

var _ = Describe("a restart while a change propagates", func() {
	It("waits for the rest of the window and writes nothing", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		writes := w.writes()
		w.clock.Step(4 * time.Second)
		w.restart()
		wait := w.pass(ctx, role).RequeueAfter
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonPropagating)))
		Expect(wait).To(And(BeNumerically(">", 0), BeNumerically("<=", 6*time.Second)))
		w.clock.Step(wait)
		w.pass(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal(writes))
	})

	It("is Ready at once when the window is over", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.clock.Step(time.Minute)
		w.restart()
		w.pass(ctx, role)
		expectReady(role)
	})
})

var _ = Describe("a principal that IAM does not know", func() {
	trusting := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
			Sid: "Deployer", Effect: v1alpha1.EffectAllow,
			Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"arn:{partition}:iam::{accountID}:role/deployer"}},
		}}}
	})
	// late passes until the patience with new principals is over.
	late := func(ctx context.Context, w *world, role *v1alpha1.ECSRole) {
		GinkgoHelper()
		began := w.clock.Now()
		for w.clock.Since(began) < 2*time.Minute {
			ready := condition(role, v1alpha1.ConditionReady)
			Expect(ready.Reason).To(Equal(string(v1alpha1.ReasonReferenceNotReady)), ready.Message)
			Expect(ready.Message).To(ContainSubstring("role/deployer"))
			wait := w.pass(ctx, role).RequeueAfter
			Expect(wait).To(And(BeNumerically(">", 0), BeNumerically("<=", 5*time.Minute)))
			w.clock.Step(wait)
		}
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonPolicyRejected, v1alpha1.ConditionStalled, "role/deployer", "spec.trust.additionalStatements")
	}

	It("may be a new one for two minutes, then it is rejected, and heals when it is created", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, trusting))
		late(ctx, w, role)
		Expect(w.iamRole(nameOf(role)).TrustPolicy).NotTo(ContainSubstring("deployer"))
		Expect(w.events.reasons()).To(Equal([]string{"Created", "ReferenceNotReady", "PolicyRejected"}))
		w.expectNothingElse(ctx, role)

		w.others(ctx, "deployer", creates(trustEC2))
		w.settle(ctx, role)
		expectReady(role)
	})

	It("is given its two minutes once, also when the controller is restarted in between", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, trusting))
		w.clock.Step(90 * time.Second)
		w.restart()
		w.clock.Step(40 * time.Second)
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonPolicyRejected, v1alpha1.ConditionStalled, "role/deployer")
	})

	It("in an update leaves the trust policy as it was and applies the rest", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		before := w.iamRole(nameOf(role)).TrustPolicy
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { trusting(r); withStatement(r) })
		w.pass(ctx, role)
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(HaveKey("ecsiam"))
		late(ctx, w, role)
		Expect(w.iamRole(nameOf(role)).TrustPolicy).To(MatchJSON(before))

		w.others(ctx, "deployer", creates(trustEC2))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.iamRole(nameOf(role)).TrustPolicy).To(ContainSubstring("role/deployer"))
	})

	It("that is deleted and created again is put back into the trust policy", func(ctx context.Context) {
		w := newWorld(ctx)
		w.others(ctx, "deployer", creates(trustEC2))
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, trusting))
		w.others(ctx, "deployer", deletesRole, creates(trustEC2))
		w.resync(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"UpdateAssumeRolePolicy"}))
		w.expectNothingToDo(ctx, role)
	})
})
