// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// together has the world's controllers watch over roles and policies by snapshots.
func together(w *world) {
	w.environment.Snapshots, w.environment.Drift = snapshot.New(clusterID), &pass.Drift{}
	w.roles = controllers.NewRoleReconciler(w.environment)
	w.policies = controllers.NewPolicyReconciler(w.environment)
	w.accounts = controllers.NewAccountReconciler(w.environment)
}

// look makes a pass over the world's account.
func look(ctx context.Context, w *world) *v1alpha1.AWSAccount {
	GinkgoHelper()
	_, err := w.accounts.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(w.account)})
	Expect(err).NotTo(HaveOccurred())
	Expect(api.Get(ctx, client.ObjectKeyFromObject(w.account), w.account)).To(Succeed())
	return w.account
}

var _ = Describe("an account whose roles are read together", func() {
	It("says so, and counts the roles that lost their object", func(ctx context.Context) {
		w := newWorld(ctx)
		together(w)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.settle(ctx, role)
		w.clock.Step(time.Minute)
		status := look(ctx, w).Status
		Expect(status.DriftDetection.Mode).To(Equal(v1alpha1.DriftBySnapshot))
		Expect(status.OrphanedRoles).To(BeZero())

		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Finalizers = nil })
		Expect(api.Delete(ctx, role)).To(Succeed()) // past the controller
		together(w)
		w.clock.Step(time.Hour)
		Expect(look(ctx, w).Status.OrphanedRoles).To(BeEquivalentTo(1))
	})

	It("says why each role is read by itself where the calls are denied", func(ctx context.Context) {
		w := newWorld(ctx)
		together(w)
		w.sim.Deny("ListRoles")
		status := look(ctx, w).Status
		Expect(status.DriftDetection.Mode).To(Equal(v1alpha1.DriftByDirectReads))
		Expect(status.DriftDetection.Message).To(ContainSubstring("iam:ListRoles"))
	})
})
