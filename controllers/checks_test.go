// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var _ = Describe("checks of statements", func() {
	questionable := func(r *v1alpha1.ECSRole) {
		r.Spec.Statements = []v1alpha1.Statement{{
			Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"ecs:DescribeCluster"},
			Resources: []v1alpha1.ResourcePattern{"*"},
		}}
	}

	It("stop no role, and stand in the status and in one event a generation", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, questionable))
		w.settle(ctx, role)

		expectReady(role)
		Expect(role.Status.Warnings).To(ConsistOf(v1alpha1.Warning{
			Code: v1alpha1.WarningUnknownAction, Field: "spec.statements[0].actions[0]",
			Message: "ecs has no action DescribeCluster: did you mean ecs:DescribeClusters?",
		}))
		Expect(w.events.reasons()).To(ConsistOf("Created", "Warned"))
		w.events.reset()
		w.resync(ctx, role)
		Expect(w.events.reasons()).To(BeEmpty())
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Description = "another" })
		w.settle(ctx, role)
		Expect(w.events.reasons()).To(ConsistOf("Updated", "Warned"))
	})

	It("are silenced by their codes, of which unknown ones are accepted", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, questionable, func(r *v1alpha1.ECSRole) {
			r.Spec.Checks = &v1alpha1.Checks{Ignore: []v1alpha1.CheckCode{"UnknownAction", "OfALaterVersion"}}
		}))
		w.settle(ctx, role)
		expectReady(role)
		Expect(role.Status.Warnings).To(BeEmpty())
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
	})
})
