// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// accountPass makes a pass over the world's AWSAccount and reports whether it still exists.
func (w *world) accountPass(ctx context.Context) bool {
	GinkgoHelper()
	key := types.NamespacedName{Name: w.account.Name}
	_, err := w.accounts.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	Expect(err).NotTo(HaveOccurred())
	err = api.Get(ctx, key, w.account)
	Expect(client.IgnoreNotFound(err)).To(Succeed())
	return err == nil
}

var _ = Describe("an AWSAccount that is deleted", func() {
	It("stays while objects use it and says which; then it goes", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		var roles []*v1alpha1.ECSRole
		for i := range 5 {
			roles = append(roles, w.ready(ctx, w.role(fmt.Sprintf("app-%d", i), v1alpha1.RoleTypeTask)))
		}
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		Expect(w.accountPass(ctx)).To(BeTrue())
		ready := w.checked(ctx)
		Expect(ready.Status).To(Equal(metav1.ConditionFalse))
		Expect(ready.Reason).To(Equal(string(v1alpha1.ReasonDeletionBlocked)))
		Expect(ready.Message).To(ContainSubstring(fmt.Sprintf("5 ECSRole (%[1]s/app-0, %[1]s/app-1, %[1]s/app-2 and 2 more)", w.namespace)))
		version := w.account.ResourceVersion
		w.checked(ctx)
		Expect(w.account.ResourceVersion).To(Equal(version), "a second look writes nothing")

		for _, role := range roles {
			w.delete(ctx, role)
			Expect(exists(ctx, keyOf(role))).To(BeFalse())
		}
		Expect(w.accountPass(ctx)).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("names policies and service-linked roles as well", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		policy := w.readyPolicy(ctx, w.policy("data"))
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		Expect(w.checked(ctx).Message).To(ContainSubstring("1 ECSPolicy (" + policy.Namespace + "/data)"))
	})

	It("takes no new objects, and looks after those that it has", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		late := w.create(ctx, w.role("late", v1alpha1.RoleTypeTask))
		expectNotReady(late, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, w.account.Name, "is being deleted")
		Expect(w.writes()).To(BeEmpty())

		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Tags = map[string]string{"team": "mine"} })
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.tags(role)).To(HaveKeyWithValue("team", "mine"))

		w.delete(ctx, role)
		w.delete(ctx, late)
		Expect(w.accountPass(ctx)).To(BeFalse())
	})

	It("is not held by objects that it refuses", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		hostile := w.role("squat", v1alpha1.RoleTypeTask)
		hostile.Namespace = w.newNamespace(ctx, nil)
		w.create(ctx, hostile)
		expectNotReady(hostile, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		Expect(w.accountPass(ctx)).To(BeFalse())
	})

	It("stays while it is paused", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) {
			a.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"}
		})
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		Expect(w.accountPass(ctx)).To(BeTrue())
	})

	It("goes when its finalizer is taken away; its objects then wait for it", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		letGo(ctx, w.account)
		Expect(w.accountPass(ctx)).To(BeFalse())
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonAccountNotFound, v1alpha1.ConditionReconciling)
		w.iamRole(nameOf(role))
	})
})

var _ = Describe("an AWSAccount that is made again with another id", func() {
	It("has its objects in the new account and leaves the old one as it is", func(ctx context.Context) {
		w := newWorld(ctx)
		w.accountPass(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
		}))
		before := w.iamRole(nameOf(role))
		spec := w.account.Spec
		letGo(ctx, w.account)
		spec.AccountID = hub
		w.account = &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: w.account.Name}, Spec: spec}
		Expect(api.Create(ctx, w.account)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, w.account) })
		w.sim.ResetCalls()
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "another account")
		Expect(w.checked(ctx).Reason).To(Equal(string(v1alpha1.ReasonAccountMismatch)))
		Expect(iamsim.Writes(w.sim.Calls())).To(BeEmpty())

		w.accessKey = hub
		w.restart()
		w.clock.Step(time.Minute)
		w.settle(ctx, role)
		expectReady(role)
		Expect(role.Status.AccountID).To(Equal(hub))
		Expect(role.Status.RoleARN).To(ContainSubstring(hub))
		Expect(w.sim.In(hub).Roles()).To(HaveLen(1))
		Expect(w.iamRole(nameOf(role))).To(Equal(before))
		w.delete(ctx, role)
		Expect(w.sim.In(hub).Roles()).To(BeEmpty())
		Expect(w.iamRole(nameOf(role))).To(Equal(before))
	})
})

var _ = Describe("two AWSAccounts of one account", func() {
	// second is another AWSAccount of the world's account, reached by a role, for a namespace of its own.
	second := func(ctx context.Context, w *world) *v1alpha1.AWSAccount {
		GinkgoHelper()
		arn := w.assumable(ctx, w.sim.AccountID(), "second", trustedBy("arn:aws:iam::"+w.sim.AccountID()+":user/operator", "shared"))
		account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: w.account.Name + "-second"}, Spec: w.account.Spec}
		account.Spec.AssumeRole = &v1alpha1.AssumeRole{AssumeRoleHop: v1alpha1.AssumeRoleHop{RoleARN: arn, ExternalID: "shared"}}
		everywhere(account)
		openNames(account, w.newNamespace(ctx, nil))
		Expect(api.Create(ctx, account)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, account) })
		return account
	}

	It("share the lowest rate, which both say", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.RateLimit = v1alpha1.RateLimit{QPS: 20, Burst: 80} })
		account := second(ctx, w)
		account.Spec.RateLimit = v1alpha1.RateLimit{QPS: 40, Burst: 60}
		Expect(api.Update(ctx, account)).To(Succeed())
		w.checked(ctx)
		both := v1alpha1.RateLimit{QPS: 20, Burst: 60}
		Expect(w.account.Status.Effective.RateLimit).To(Equal(both))
		_, err := w.accounts.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(account)})
		Expect(err).NotTo(HaveOccurred())
		Expect(api.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
		Expect(account.Status.Effective.RateLimit).To(Equal(both))
		letGo(ctx, account)
		w.checked(ctx)
		Expect(w.account.Status.Effective.RateLimit).To(Equal(w.account.Spec.RateLimit))
	})

	It("reached with different credentials do not fight over a role", func(ctx context.Context) {
		w := newWorld(ctx)
		account := second(ctx, w)
		names := account.Spec.Guardrails.Names
		other := string(names[len(names)-1].Namespaces[0])
		first := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "ecsShared" }))

		rival := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Namespace, r.Spec.AccountRef.Name, r.Spec.RoleName = other, account.Name, "ecsSHARED"
			r.Spec.Tags = map[string]string{"team": "rival"}
		})
		// Between objects of one second the names of their namespaces decide.
		Eventually(ctx, time.Now).Should(BeTemporally(">=", first.CreationTimestamp.Add(time.Second)))
		w.create(ctx, rival)
		expectNotReady(rival, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled)
		for range 3 {
			w.expectNothingToDo(ctx, first)
			w.expectNothingElse(ctx, rival)
		}
		Expect(w.tags(first)).NotTo(HaveKey("team"))

		w.delete(ctx, rival)
		w.iamRole("ecsShared")
		w.expectNothingToDo(ctx, first)
	})
})
