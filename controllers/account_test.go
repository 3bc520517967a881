// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func allowing(a v1alpha1.AllowedNamespaces) func(*v1alpha1.AWSAccount) {
	return func(account *v1alpha1.AWSAccount) { account.Spec.AllowedNamespaces = a }
}

func foreignID(a *v1alpha1.AWSAccount) { a.Spec.AccountID = "999988887777" }

var _ = Describe("the namespaces that an account allows", func() {
	labelled := &metav1.LabelSelector{MatchLabels: map[string]string{"aws": "yes"}}

	DescribeTable("decide", func(ctx context.Context, allowed v1alpha1.AllowedNamespaces, ready bool) {
		w := newWorld(ctx, allowing(allowed))
		w.namespace = w.newNamespace(ctx, map[string]string{"aws": "yes"})
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		if ready {
			w.settle(ctx, role)
			expectReady(role)
			return
		}
		expectNotReady(role, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling,
			w.account.Name, w.namespace, "spec.allowedNamespaces")
		Expect(w.sim.Calls()).To(BeEmpty(), "not even STS is asked")
		w.expectNothingToDo(ctx, role)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
	},
		Entry("None", v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromNone}, false),
		Entry("nothing, which is None", v1alpha1.AllowedNamespaces{}, false),
		Entry("All", v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromAll}, true),
		Entry("Selector that matches", v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromSelector, Selector: labelled}, true),
		Entry("Selector that does not match", v1alpha1.AllowedNamespaces{
			From: v1alpha1.NamespacesFromSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"aws": "no"}},
		}, false),
		Entry("Names of others", v1alpha1.AllowedNamespaces{
			From: v1alpha1.NamespacesFromNames, Names: []v1alpha1.NamespaceName{"elsewhere"},
		}, false),
	)

	It("follow the labels of the namespace, and a role that may no longer be used is left as it is", func(ctx context.Context) {
		w := newWorld(ctx, allowing(v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromSelector, Selector: labelled}))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		label := func(value string) {
			ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
			patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"aws":"`+value+`"}}}`))
			Expect(api.Patch(ctx, ns, patch)).To(Succeed())
		}
		label("yes")
		w.settle(ctx, role)
		expectReady(role)
		arn := role.Status.RoleARN

		label("no")
		w.sim.ResetCalls()
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		Expect(w.sim.Calls()).To(BeEmpty())
		Expect(role.Status.RoleARN).To(Equal(arn))
		w.iamRole(nameOf(role))

		label("yes")
		w.others(ctx, nameOf(role), putsInline("more", allowAll))
		w.resync(ctx, role)
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"DeleteRolePolicy"}), "what happened without access is repaired")
	})

	It("let what a namespace owns be deleted after they were taken from it, and nothing be made", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		policy := w.readyPolicy(ctx, w.policy("data"))
		w.updateAccount(ctx, allowing(v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromNone}))
		late := w.create(ctx, w.role("late", v1alpha1.RoleTypeTask))
		expectNotReady(late, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		w.update(ctx, role, allowMore)
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		Expect(w.writes()).To(BeEmpty())
		w.delete(ctx, role)
		w.deletePolicy(ctx, policy)
		w.delete(ctx, late)
		for _, object := range []types.NamespacedName{keyOf(role), keyOf(late)} {
			Expect(exists(ctx, object)).To(BeFalse())
		}
		Expect(w.sim.Roles()).To(BeEmpty())
		_, left := w.iamPolicy(policy)
		Expect(left).To(BeFalse())
	})
})

var _ = Describe("an AWSAccount", func() {
	It("that does not exist is waited for", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.AccountRef.Name = w.account.Name + "-late"
		}))
		expectNotReady(role, v1alpha1.ReasonAccountNotFound, v1alpha1.ConditionReconciling, w.account.Name+"-late", "create it")
		Expect(w.sim.Calls()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)

		late := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: w.account.Name + "-late"}, Spec: w.account.Spec}
		Expect(api.Create(ctx, late)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, late) })
		w.settle(ctx, role)
		expectReady(role)
	})

	It("whose id is not the caller's is asked for nothing but its identity", func(ctx context.Context) {
		w := newWorld(ctx, foreignID)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, w.account.Name, "spec.accountID")
		Expect(iamsim.ActionNames(w.sim.Calls())).To(Equal([]string{"GetCallerIdentity"}))
		w.expectNothingToDo(ctx, role)
		Expect(iamsim.CountByAction(w.sim.Calls())).To(HaveLen(1))
	})

	check := func(ctx context.Context, w *world) *metav1.Condition {
		GinkgoHelper()
		_, err := w.accounts.Reconcile(ctx, ctrl.Request{NamespacedName: types.NamespacedName{Name: w.account.Name}})
		Expect(err).NotTo(HaveOccurred())
		Expect(api.Get(ctx, client.ObjectKeyFromObject(w.account), w.account)).To(Succeed())
		Expect(w.account.Status.ObservedGeneration).To(Equal(w.account.Generation))
		for _, c := range w.account.Status.Conditions {
			Expect(c.Message).NotTo(MatchRegexp(`\b[0-9]{12}\b`), "an account id in a condition")
		}
		ready := meta.FindStatusCondition(w.account.Status.Conditions, v1alpha1.ConditionReady)
		Expect(ready).NotTo(BeNil())
		return ready
	}
	DescribeTable("says whether it can be used", func(
		ctx context.Context, fault func(*world), reason v1alpha1.Reason, because string, tweaks ...func(*v1alpha1.AWSAccount),
	) {
		w := newWorld(ctx, tweaks...)
		fault(w)
		ready := check(ctx, w)
		Expect(ready.Reason).To(Equal(string(reason)), ready.Message)
		Expect(meta.IsStatusConditionTrue(w.account.Status.Conditions, v1alpha1.ConditionReady)).To(Equal(because == ""))
		for _, kind := range []string{v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled} {
			Expect(meta.IsStatusConditionTrue(w.account.Status.Conditions, kind)).To(Equal(kind == because), kind)
		}
		version := w.account.ResourceVersion
		w.clock.Step(10 * time.Minute)
		check(ctx, w)
		Expect(w.account.ResourceVersion).To(Equal(version), "a second look writes nothing")
	},
		Entry("reachable", func(*world) {}, v1alpha1.ReasonReconciled, ""),
		Entry("another account", func(*world) {}, v1alpha1.ReasonAccountMismatch, v1alpha1.ConditionStalled, foreignID),
		Entry("no permission", func(w *world) { w.sim.Deny("GetCallerIdentity") }, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled),
		Entry("expired credentials", func(w *world) { w.sim.Fail("GetCallerIdentity", "ExpiredToken", -1, nil) },
			v1alpha1.ReasonCredentialsInvalid, v1alpha1.ConditionReconciling),
		Entry("no answer", func(w *world) { w.sim.Fail("GetCallerIdentity", "ServiceUnavailable", -1, nil) },
			v1alpha1.ReasonUnavailable, v1alpha1.ConditionReconciling),
		Entry("a selector that cannot be read", func(*world) {}, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled,
			allowing(v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromSelector, Selector: &metav1.LabelSelector{
				MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Near"}},
			}})),
	)

	It("tells its partition", func(ctx context.Context) {
		w := newWorld(ctx)
		check(ctx, w)
		Expect(w.account.Status.Partition).To(Equal("aws"))
		Expect(w.account.Status.Effective).To(Equal(w.account.Spec.Effective()))
	})

	It("gives default tags that win over the role's and follow when they change", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) {
			a.Spec.Defaults = &v1alpha1.AccountDefaults{Tags: map[string]string{"cost": "42", "team": "platform"}}
		})
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) {
			r.Spec.Tags = map[string]string{"team": "mine", "stage": "test"}
		}))
		Expect(w.tags(role)).To(And(HaveKeyWithValue("cost", "42"), HaveKeyWithValue("team", "platform"), HaveKeyWithValue("stage", "test")))

		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.Defaults.Tags = map[string]string{"cost": "43"} })
		w.pass(ctx, role)
		expectReady(role)
		Expect(w.tags(role)).To(And(HaveKeyWithValue("cost", "43"), HaveKeyWithValue("team", "mine")))
		Expect(w.writes()).To(Equal([]string{"TagRole", "TagInstanceProfile"}))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
		w.expectNothingToDo(ctx, role)
	})

	It("gives a default path at creation; a change of it moves nothing", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/"} })
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		Expect(role.Status.Path).To(Equal("/ecs/"))
		Expect(role.Status.RoleARN).To(ContainSubstring(":role/ecs/" + nameOf(role)))
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.Defaults.Path = "/other/" })
		w.expectNothingToDo(ctx, role)
		expectReady(role)
		Expect(w.iamRole(nameOf(role)).Path).To(Equal("/ecs/"))
	})
})

// tags are the tags of an object's role in IAM.
func (w *world) tags(role *v1alpha1.ECSRole) map[string]string {
	GinkgoHelper()
	tags := map[string]string{}
	for _, tag := range w.iamRole(nameOf(role)).Tags {
		tags[tag.Key] = tag.Value
	}
	return tags
}
