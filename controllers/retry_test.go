// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// slowly is how long the controller waits for what a person must change in AWS.
const slowly = 5 * time.Minute

var _ = Describe("the time of the next pass", func() {
	It("grows from a second to five minutes while an error that heals by itself lasts, and starts again after it healed",
		func(ctx context.Context) {
			w := newWorld(ctx)
			w.sim.Fail("CreateRole", "ConcurrentModification", -1, nil)
			role := w.role("app", v1alpha1.RoleTypeTask)
			Expect(api.Create(ctx, role)).To(Succeed())
			var waits []time.Duration
			for range 11 {
				waits = append(waits, w.pass(ctx, role).RequeueAfter)
				Expect(condition(role, v1alpha1.ConditionReconciling).Reason).To(Equal(string(v1alpha1.ReasonProgressing)))
				w.clock.Step(waits[len(waits)-1])
			}
			Expect(waits).To(Equal([]time.Duration{
				1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second,
				64 * time.Second, 128 * time.Second, 256 * time.Second, 300 * time.Second, 300 * time.Second,
			}))
			w.sim.ClearFaults()
			w.converge(ctx, role)
			w.sim.Fail("UpdateRole", "ConcurrentModification", -1, nil)
			w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Description = "changed" })
			Expect(w.pass(ctx, role).RequeueAfter).To(Equal(time.Second))
		})

	It("is at least what AWS asks for when it throttles", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.Fail("GetRole", "Throttling", -1, nil)
		role := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Create(ctx, role)).To(Succeed())
		Expect(w.pass(ctx, role).RequeueAfter).To(BeNumerically(">=", time.Second))
	})

	It("is minutes away for what a person must change in AWS", func(ctx context.Context) {
		for action, reason := range map[string]v1alpha1.Reason{
			"AccessDenied":       v1alpha1.ReasonAccessDenied,
			"LimitExceeded":      v1alpha1.ReasonLimitExceeded,
			"UnmodifiableEntity": v1alpha1.ReasonOwnershipConflict,
		} {
			w := newWorld(ctx)
			w.sim.Fail("CreateRole", action, -1, nil)
			role := w.role("app", v1alpha1.RoleTypeTask)
			Expect(api.Create(ctx, role)).To(Succeed())
			Expect(w.pass(ctx, role).RequeueAfter).To(Equal(slowly))
			expectNotReady(role, reason, v1alpha1.ConditionStalled)
		}
	})

	It("is not set for an invalid spec, which only a change of the spec heals", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("app", v1alpha1.RoleTypeTask, withPolicies("arn:aws-cn:iam::aws:policy/X"))
		Expect(api.Create(ctx, role)).To(Succeed())
		Expect(w.pass(ctx, role).RequeueAfter).To(BeZero())
		expectNotReady(role, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled)
	})

	It("is the propagation delay, then the resync interval of the account with jitter", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.ResyncIntervalSeconds = 60 })
		w.roles.Jitter = func() float64 { return 0.5 }
		role := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Create(ctx, role)).To(Succeed())
		Expect(w.pass(ctx, role).RequeueAfter).To(Equal(10 * time.Second))
		w.clock.Step(10 * time.Second)
		Expect(w.pass(ctx, role).RequeueAfter).To(Equal(63 * time.Second))
	})
})

var _ = Describe("a Ready role that cannot be looked at for a moment", func() {
	It("keeps its status for five passes, and says then what is wrong", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		version := role.ResourceVersion
		w.sim.Fail("GetRole", "Throttling", -1, nil)
		w.clock.Step(time.Hour)
		for range 5 {
			w.clock.Step(w.pass(ctx, role).RequeueAfter)
			expectReady(role)
		}
		Expect(role.ResourceVersion).To(Equal(version))
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonThrottled, v1alpha1.ConditionReconciling)
		w.sim.ClearFaults()
		w.converge(ctx, role)
		Expect(w.writes()).To(BeEmpty())
	})

	It("stays Ready while one look is denied, and is looked at again soon", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.FailNth("GetRole", 1, "AccessDenied")
		w.clock.Step(11 * time.Minute)
		Expect(w.pass(ctx, role).RequeueAfter).To(BeNumerically("<=", 2*time.Second))
		expectReady(role)
		w.expectNothingToDo(ctx, role)
	})

	It("does not stall a role because credentials expired for a moment", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.FailNth("GetRole", 1, "ExpiredToken")
		w.resync(ctx, role)
		expectReady(role)
		w.converge(ctx, role)
		Expect(w.writes()).To(BeEmpty())
	})

	It("tells of credentials that stay expired, and goes on by itself when they are renewed", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.Fail("PutRolePolicy", "ExpiredToken", -1, nil)
		role := w.role("app", v1alpha1.RoleTypeTask, withStatement)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonCredentialsInvalid, v1alpha1.ConditionReconciling, "ExpiredToken", "EKS Pod Identity")
		w.sim.ClearFaults()
		w.converge(ctx, role)
		expectReady(role)
	})

	It("says what a person must change when it is denied again and again", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.Deny("GetRole")
		for range 4 {
			w.resync(ctx, role)
		}
		expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "iam:GetRole")
		Expect(role.Status.RoleARN).NotTo(BeEmpty())
		Expect(condition(role, v1alpha1.ConditionReady).Status).To(Equal(metav1.ConditionFalse))
	})

	It("does not keep Ready when the spec changed meanwhile", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.Fail("GetRole", "Throttling", -1, nil)
		w.clock.Step(time.Hour)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Description = "changed" })
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonThrottled, v1alpha1.ConditionReconciling)
	})
})
