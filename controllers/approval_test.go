// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

const day = 24 * time.Hour

// protecting keeps roles from deletion that were used within days.
func protecting(days int32) func(*v1alpha1.AWSAccount) {
	return func(a *v1alpha1.AWSAccount) {
		a.Spec.DeletionProtection = &v1alpha1.DeletionProtection{LastUsedWithinDays: days}
	}
}

// approve creates an approval for an object and its present plan, changed by tweaks, and records it. The world's clock
// goes on to the API server's, by which approvals are made.
func (w *world) approve(
	ctx context.Context, object pass.Object, operation v1alpha1.ApprovedOperation, tweaks ...func(*v1alpha1.ECSChangeApproval),
) *v1alpha1.ECSChangeApproval {
	GinkgoHelper()
	kind := v1alpha1.KindECSRole
	switch object.(type) {
	case *v1alpha1.ECSPolicy:
		kind = v1alpha1.KindECSPolicy
	case *v1alpha1.ECSServiceLinkedRole:
		kind = v1alpha1.KindECSServiceLinkedRole
	}
	approval := &v1alpha1.ECSChangeApproval{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "approval-"},
		Spec: v1alpha1.ECSChangeApprovalSpec{Operation: operation, TargetRef: v1alpha1.ApprovalTarget{
			Kind: v1alpha1.ApprovalKind(kind), Namespace: v1alpha1.NamespaceName(object.GetNamespace()),
			Name: object.GetName(), UID: string(object.GetUID()),
		}, Digest: object.Shared().Plan.Digest, ValidForSeconds: 600},
	}
	for _, tweak := range tweaks {
		tweak(approval)
	}
	Expect(api.Create(ctx, approval)).To(Succeed())
	DeferCleanup(func(ctx context.Context) { Expect(client.IgnoreNotFound(api.Delete(ctx, approval))).To(Succeed()) })
	if now := approval.CreationTimestamp.Time; now.After(w.clock.Now()) {
		w.clock.SetTime(now)
	}
	w.passApproval(ctx, approval)
	return approval
}

func (w *world) passApproval(ctx context.Context, approval *v1alpha1.ECSChangeApproval) {
	GinkgoHelper()
	key := client.ObjectKeyFromObject(approval)
	_, err := w.approvals.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	Expect(err).NotTo(HaveOccurred())
	Expect(api.Get(ctx, key, approval)).To(Succeed())
}

func expectApproval(approval *v1alpha1.ECSChangeApproval, status metav1.ConditionStatus, reason v1alpha1.Reason) {
	GinkgoHelper()
	c := meta.FindStatusCondition(approval.Status.Conditions, v1alpha1.ConditionReady)
	Expect(c).NotTo(BeNil())
	Expect(c.Reason).To(Equal(string(reason)), c.Message)
	Expect(c.Status).To(Equal(status))
}

// inUse makes a role that was used three days before the world's clock, and deletes its object.
func (w *world) inUse(ctx context.Context) *v1alpha1.ECSRole {
	GinkgoHelper()
	role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
		r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
	}))
	w.clock.SetTime(time.Now().Truncate(time.Second))
	w.used(nameOf(role), w.clock.Now().Add(-3*day))
	w.delete(ctx, role)
	return role
}

func (w *world) used(role string, at time.Time) {
	GinkgoHelper()
	Expect(w.sim.In(w.sim.AccountID()).SetRoleLastUsed(role, &iamsim.LastUsed{Time: at, Region: "eu-west-1"})).To(BeTrue())
}

var _ = Describe("the deletion of a role that is in use", func() {
	It("waits until the role has not been used for as long as the account says", func(ctx context.Context) {
		w := newWorld(ctx, protecting(7))
		role := w.inUse(ctx)
		last := w.clock.Now().Add(-3 * day)
		expectNotReady(role, v1alpha1.ReasonRecentlyUsed, v1alpha1.ConditionStalled,
			last.UTC().Format(time.DateOnly), "in eu-west-1", last.Add(7*day).UTC().Format(time.DateOnly), w.account.Name)
		Expect(w.writes()).To(BeEmpty())
		Expect(role.Status.Plan.Digest).NotTo(BeEmpty())
		Expect(role.Status.Plan.Operations).To(HaveEach(And(
			HaveField("State", v1alpha1.OperationWithheld), HaveField("Reason", v1alpha1.ReasonRecentlyUsed))))
		w.expectNothingToDo(ctx, role)

		w.clock.SetTime(last.Add(7*day + time.Minute))
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("waits for a young role of which no use is known, and not for an old one", func(ctx context.Context) {
		w := newWorld(ctx, protecting(7))
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonRecentlyUsed, v1alpha1.ConditionStalled, "was created on")
		w.clock.Step(8 * day)
		w.pass(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("is not held up where the account says nothing, nor by Retain", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.inUse(ctx)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w = newWorld(ctx, protecting(7))
		role = w.inUse(ctx)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.iamRole(nameOf(role))
	})
})

var _ = Describe("an approval", func() {
	It("lets the plan go ahead that it is for, and is recorded as used before the first call", func(ctx context.Context) {
		w := newWorld(ctx, protecting(7))
		role := w.inUse(ctx)
		approval := w.approve(ctx, role, v1alpha1.ApproveDelete)
		expectApproval(approval, metav1.ConditionTrue, v1alpha1.ReasonApproved)
		w.events.reset()
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
		Expect(w.events.reasons()).To(Equal([]string{"ApprovalUsed", "Deleted"}))
		Expect(w.events.list[0].note).To(ContainSubstring(approval.Name))
		w.passApproval(ctx, approval)
		expectApproval(approval, metav1.ConditionTrue, v1alpha1.ReasonConsumed)
		Expect(approval.Status.ConsumedTime).NotTo(BeNil())
	})

	It("lets the plan be finished after a crash, even after its time, and no other plan", func(ctx context.Context) {
		w := newWorld(ctx, protecting(7))
		role := w.inUse(ctx)
		w.approve(ctx, role, v1alpha1.ApproveDelete)
		w.sim.Fail("DeleteRole", "ServiceFailure", 10, nil)
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeTrue())
		w.restart()
		w.clock.Step(day)
		w.used(nameOf(role), w.clock.Now())
		w.others(ctx, nameOf(role), putsInline("more", denyAll))
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonRecentlyUsed, v1alpha1.ConditionStalled)
		w.others(ctx, nameOf(role), deletesInline("more"))
		w.sim.ClearFaults()
		for range 10 {
			if !exists(ctx, keyOf(role)) {
				break
			}
			w.clock.Step(w.pass(ctx, role).RequeueAfter)
		}
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	DescribeTable("is of no use", func(
		ctx context.Context, operation v1alpha1.ApprovedOperation, tweak func(*v1alpha1.ECSChangeApproval), then func(context.Context, *world, *v1alpha1.ECSChangeApproval),
	) {
		w := newWorld(ctx, protecting(7))
		role := w.inUse(ctx)
		approval := w.approve(ctx, role, operation, tweak)
		if then != nil {
			then(ctx, w, approval)
		}
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonRecentlyUsed, v1alpha1.ConditionStalled)
		Expect(w.writes()).To(BeEmpty())
		Expect(api.Get(ctx, client.ObjectKeyFromObject(approval), approval)).To(Succeed())
		Expect(approval.Status.Operations).To(Or(BeEmpty(), Equal([]string{"another"})))
	},
		Entry("for another uid", v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) {
			a.Spec.TargetRef.UID = "6f5b7f3a-0000-0000-0000-000000000000"
		}, nil),
		Entry("for another name", v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) {
			a.Spec.TargetRef.Name = "other"
		}, nil),
		Entry("for another kind", v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) {
			a.Spec.TargetRef.Kind = v1alpha1.KindECSPolicy
		}, nil),
		Entry("for another plan", v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) { a.Spec.Digest = "0123456789abcdef" }, nil),
		Entry("for another operation and another plan", v1alpha1.ApproveAbandon, func(a *v1alpha1.ECSChangeApproval) {
			a.Spec.Digest = "0123456789abcdef"
		}, nil),
		Entry("after its time", v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) { a.Spec.ValidForSeconds = 1 },
			func(ctx context.Context, w *world, a *v1alpha1.ECSChangeApproval) {
				w.clock.Step(2 * time.Second)
				w.passApproval(ctx, a)
				expectApproval(a, metav1.ConditionFalse, v1alpha1.ReasonExpired)
			}),
		Entry("when it was used for another plan", v1alpha1.ApproveDelete, func(*v1alpha1.ECSChangeApproval) {},
			func(ctx context.Context, w *world, a *v1alpha1.ECSChangeApproval) {
				before, now := a.DeepCopy(), metav1.NewTime(w.clock.Now())
				a.Status.ConsumedTime, a.Status.Operations = &now, []string{"another"}
				Expect(api.Status().Patch(ctx, a, client.MergeFrom(before))).To(Succeed())
			}),
		Entry("when its status was lost", v1alpha1.ApproveDelete, func(*v1alpha1.ECSChangeApproval) {},
			func(ctx context.Context, w *world, a *v1alpha1.ECSChangeApproval) {
				erase := client.RawPatch(types.MergePatchType, []byte(`{"status":{"expiryTime":null,"conditions":null,"observedGeneration":null}}`))
				Expect(api.Status().Patch(ctx, a, erase)).To(Succeed())
				w.passApproval(ctx, a)
				expectApproval(a, metav1.ConditionFalse, v1alpha1.ReasonExpired)
			}),
	)

	It("is used once: an object of the same name that is created afterwards needs another", func(ctx context.Context) {
		w := newWorld(ctx, protecting(7))
		role := w.inUse(ctx)
		w.approve(ctx, role, v1alpha1.ApproveDelete)
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		again := w.inUse(ctx)
		expectNotReady(again, v1alpha1.ReasonRecentlyUsed, v1alpha1.ConditionStalled)
		w.restart()
		w.pass(ctx, again)
		expectNotReady(again, v1alpha1.ReasonRecentlyUsed, v1alpha1.ConditionStalled)
		w.iamRole(nameOf(again))
	})

	It("to delete does not let go of an object without its account, and does nothing to one that is not deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.approve(ctx, role, v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) { a.Spec.Digest = "0123456789abcdef" })
		abandon := w.approve(ctx, role, v1alpha1.ApproveAbandon)
		w.expectNothingToDo(ctx, role)
		Expect(api.Get(ctx, client.ObjectKeyFromObject(abandon), abandon)).To(Succeed())
		Expect(abandon.Status.ConsumedTime).To(BeNil())
		Expect(api.Delete(ctx, abandon)).To(Succeed())

		letGo(ctx, w.account)
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonAccountNotFound, v1alpha1.ConditionReconciling, "operation Abandon")
		Expect(exists(ctx, keyOf(role))).To(BeTrue())
		w.approve(ctx, role, v1alpha1.ApproveAbandon, func(a *v1alpha1.ECSChangeApproval) { a.Spec.ValidForSeconds = 86400 })
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.iamRole(nameOf(role))
	})

	It("for another operation overrules no protection", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.approve(ctx, role, v1alpha1.ApproveDelete, func(a *v1alpha1.ECSChangeApproval) { a.Spec.Digest = "x" })
		w.tagInAWS(ctx, nameOf(role), v1alpha1.TagHold, "incident 7")
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled)
	})

	It("is immutable, and Widen is reserved", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		approval := w.approve(ctx, role, v1alpha1.ApproveAbandon)
		approval.Spec.ValidForSeconds = 6000
		Expect(api.Update(ctx, approval)).To(MatchError(ContainSubstring("immutable")))
		widen := &v1alpha1.ECSChangeApproval{ObjectMeta: metav1.ObjectMeta{GenerateName: "w-"}, Spec: approval.Spec}
		widen.Spec.Operation, widen.Spec.Digest = v1alpha1.ApproveWiden, "x"
		Expect(api.Create(ctx, widen)).To(MatchError(ContainSubstring("reserved")))
	})
})
