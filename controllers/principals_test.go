// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// trusting lets a role of the namespace assume the object's role, or denies it to it.
func trusting(effect v1alpha1.Effect, names ...string) func(*v1alpha1.ECSRole) {
	return func(r *v1alpha1.ECSRole) {
		var arns []v1alpha1.ResourcePattern
		for _, name := range names {
			arns = append(arns, v1alpha1.ResourcePattern("arn:{partition}:iam::{accountID}:role/{namespace}_"+name))
		}
		if r.Spec.Trust == nil {
			r.Spec.Trust = &v1alpha1.Trust{}
		}
		r.Spec.Trust.AdditionalStatements = append(r.Spec.Trust.AdditionalStatements, v1alpha1.TrustStatement{
			Effect: effect, Principals: v1alpha1.Principals{AWS: arns}, Actions: []v1alpha1.Action{"sts:AssumeRole"},
		})
	}
}

var _ = Describe("a role that trusts another", func() {
	It("is created without what does not exist yet, and completed when it does", func(ctx context.Context) {
		w := newWorld(ctx)
		first := w.create(ctx, w.role("first", v1alpha1.RoleTypeTask, trusting(v1alpha1.EffectAllow, "later")))
		expectNotReady(first, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "role/"+w.namespace+"_later")
		Expect(w.iamRole(nameOf(first)).TrustPolicy).NotTo(ContainSubstring("_later"))

		later := w.create(ctx, w.role("later", v1alpha1.RoleTypeTask, trusting(v1alpha1.EffectAllow, "first")))
		w.settle(ctx, later)
		expectReady(later)
		w.settle(ctx, first)
		expectReady(first)
		Expect(w.iamRole(nameOf(first)).TrustPolicy).To(ContainSubstring("_later"))
		w.expectNothingToDo(ctx, first)
	})

	It("says which one is missing, and after two minutes that a person must act", func(ctx context.Context) {
		w := newWorld(ctx)
		Expect(api.Create(ctx, w.role("there", v1alpha1.RoleTypeTask))).To(Succeed())
		w.settle(ctx, w.role("there", v1alpha1.RoleTypeTask))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, trusting(v1alpha1.EffectAllow, "there", "gone")))
		expectNotReady(role, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "_gone")
		Expect(condition(role, v1alpha1.ConditionReady).Message).NotTo(ContainSubstring("_there"))
		Expect(w.iamRole(nameOf(role)).TrustPolicy).To(ContainSubstring("_there"))

		w.clock.Step(3 * time.Minute)
		w.sim.ResetCalls()
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonPolicyRejected, v1alpha1.ConditionStalled, "_gone", "create it")
		Expect(w.writes()).To(BeEmpty(), "what is known to be missing is not tried again")
	})

	It("may deny itself", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, trusting(v1alpha1.EffectDeny, "app")))
		Expect(w.iamRole(nameOf(role)).TrustPolicy).To(ContainSubstring("Deny"))
		w.expectNothingToDo(ctx, role)
	})
})
