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

func observing(r *v1alpha1.ECSRole) { r.Spec.ReconcilePolicy = v1alpha1.ReconcileObserve }

func enforcing(r *v1alpha1.ECSRole) { r.Spec.ReconcilePolicy = v1alpha1.ReconcileEnforce }

func noted(key, value string) func(*v1alpha1.ECSRole) {
	return func(r *v1alpha1.ECSRole) { metav1.SetMetaDataAnnotation(&r.ObjectMeta, key, value) }
}

var _ = Describe("reconcilePolicy Observe", func() {
	It("publishes the creation and applies nothing, until it is Enforce", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement, observing))
		expectNotReady(role, v1alpha1.ReasonDrifted, v1alpha1.ConditionStalled, "create role "+nameOf(role))
		expectDrifted(role, v1alpha1.ReasonDrifted)
		Expect(role.Status.Plan.Operations).To(HaveExactElements(
			HaveField("Message", ContainSubstring("create role "+nameOf(role))),
			HaveField("Message", ContainSubstring("put inline policy ecsiam"))))
		Expect(w.writes()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)

		w.update(ctx, role, enforcing)
		w.events.reset()
		w.pass(ctx, role)
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonPropagating)))
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
		Expect(role.Status.Plan).To(BeZero())
		w.settle(ctx, role)
		expectReady(role)
	})

	It("is Ready while nothing differs", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.update(ctx, role, observing)
		w.settle(ctx, role)
		expectReady(role)
		w.expectNothingToDo(ctx, role)
	})

	It("tells drift and leaves it, and corrects it as drift under Enforce", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.update(ctx, role, observing)
		w.settle(ctx, role)
		w.others(ctx, nameOf(role), attaches(s3ReadOnly), deletesInline("ecsiam"))
		w.resync(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDrifted, v1alpha1.ConditionStalled, "AmazonS3ReadOnlyAccess")
		Expect(role.Status.Plan.Operations).To(HaveLen(2))
		Expect(w.writes()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)

		w.update(ctx, role, enforcing)
		w.events.reset()
		w.pass(ctx, role)
		expectReady(role)
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
	})

	DescribeTable("says in the plan why AWS differs", func(
		ctx context.Context, change func(context.Context, *world, *v1alpha1.ECSRole), want v1alpha1.OperationCause,
	) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.update(ctx, role, observing)
		w.settle(ctx, role)
		change(ctx, w, role)
		w.resync(ctx, role)
		expectDrifted(role, v1alpha1.ReasonDrifted)
		Expect(role.Status.Plan.Operations).To(HaveEach(HaveField("Cause", want)))

		w.restart()
		w.clock.Step(time.Minute)
		w.resync(ctx, role)
		Expect(role.Status.Plan.Operations).To(HaveEach(HaveField("Cause", want)))
	},
		Entry("by a change of the object", func(ctx context.Context, w *world, role *v1alpha1.ECSRole) {
			w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.Description = "another" }))
		}, v1alpha1.CauseSpec),
		Entry("by drift", func(ctx context.Context, w *world, role *v1alpha1.ECSRole) {
			w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		}, v1alpha1.CauseDrift),
		Entry("by a change of the account", func(ctx context.Context, w *world, _ *v1alpha1.ECSRole) {
			w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) {
				a.Spec.Defaults = &v1alpha1.AccountDefaults{Tags: map[string]string{"team": "blue"}}
			})
		}, v1alpha1.CauseAccount),
	)

	It("says in the plan what may be missing while it is carried out", func(ctx context.Context) {
		w := newWorld(ctx, adopting)
		w.others(ctx, "made-by-hand", creates(trustEC2),
			putsInline("ecsiam", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}`))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, observing, spec(func(s *v1alpha1.ECSRoleSpec) {
			s.RoleName, s.AdoptionPolicy = "made-by-hand", v1alpha1.AdoptionAdopt
			s.Statements = []v1alpha1.Statement{{
				Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:*Object"}, Resources: []v1alpha1.ResourcePattern{"*"},
			}}
		})))
		expectDrifted(role, v1alpha1.ReasonDrifted)
		Expect(role.Status.Plan.Operations).To(HaveEach(HaveField("Cause", v1alpha1.CauseAdoption)))
		Expect(role.Status.Plan.Gaps).To(HaveExactElements(v1alpha1.PlanGap{
			Cause: v1alpha1.GapInexpressible, Message: "what inline policy ecsiam has in common with what goes",
		}))
	})

	It("publishes a change of the spec, which Enforce applies as an update", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { withStatement(r); observing(r) })
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDrifted, v1alpha1.ConditionStalled, "put inline policy ecsiam")
		w.update(ctx, role, enforcing)
		w.events.reset()
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
	})
})

var _ = Describe("the annotation ecsiam.dev/paused", func() {
	It("stops everything: calls, status and observedGeneration", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		seen := role.Status.DeepCopy()
		w.update(ctx, role, annotated(v1alpha1.AnnotationPaused))
		w.update(ctx, role, withStatement)
		version := role.ResourceVersion
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))

		Expect(w.pass(ctx, role).RequeueAfter).To(BeZero())
		Expect(w.sim.Calls()).To(BeEmpty())
		Expect(role.ResourceVersion).To(Equal(version))
		Expect(role.Status).To(Equal(*seen))
		Expect(role.Status.ObservedGeneration).To(BeNumerically("<", role.Generation))

		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Annotations = nil })
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(ConsistOf("PutRolePolicy", "DetachRolePolicy"))
	})

	It("leaves a new object Pending and without a finalizer", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, annotated(v1alpha1.AnnotationPaused)))
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonPending)))
		Expect(role.Finalizers).To(BeEmpty())
		Expect(w.sim.Calls()).To(BeEmpty())
	})

	It("stops nothing with another value", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, noted(v1alpha1.AnnotationPaused, "false")))
	})
})

var _ = Describe("the annotation ecsiam.dev/reconcile-at", func() {
	It("forces one pass that reads at once, and is acknowledged", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		w.update(ctx, role, noted(v1alpha1.AnnotationReconcileAt, "one"))
		w.pass(ctx, role)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		Expect(role.Status.LastHandledReconcileAt).To(Equal("one"))

		w.sim.ResetCalls()
		w.clock.Step(time.Second)
		w.pass(ctx, role)
		Expect(w.reads()).To(BeEmpty(), "the same token forces nothing more")
		w.settle(ctx, role)
		expectReady(role)
		w.expectNothingToDo(ctx, role)
	})
})
