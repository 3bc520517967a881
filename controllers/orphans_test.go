// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var _ = Describe("a policy that lost its object", func() {
	// lose deletes the object past the controller, which sees that it is gone.
	lose := func(ctx context.Context, w *world, object *v1alpha1.ECSPolicy) {
		GinkgoHelper()
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) { p.Finalizers = nil })
		letGo(ctx, object)
		w.passPolicy(ctx, object)
		w.clock.Step(time.Hour)
		w.sim.ResetCalls()
	}
	lost := func(ctx context.Context) (*world, *v1alpha1.ECSPolicy) {
		GinkgoHelper()
		w := newWorld(ctx)
		together(w)
		w.create(ctx, w.role("app", v1alpha1.RoleTypeTask)) // without a role, reading the policy takes fewer calls
		object := w.createPolicy(ctx, w.policy("orders"))
		w.clock.Step(time.Hour)
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeZero())
		lose(ctx, w, object)
		return w, object
	}
	// bulk are the calls of a look at the account that read it as a whole, and policies beside roles.
	bulk := []string{"GetAccountAuthorizationDetails", "ListRoles", "GetAccountAuthorizationDetails"}
	reads := func(w *world) []string {
		calls := slices.DeleteFunc(w.reads(), func(call string) bool { return call == "GetAccountSummary" })
		slices.Sort(calls)
		return calls
	}
	with := func(calls ...string) []string {
		all := append(slices.Clone(bulk), calls...)
		slices.Sort(all)
		return all
	}

	It("is counted once its tag was read, is never written, and is not read once it is gone", func(ctx context.Context) {
		w, object := lost(ctx)
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeEquivalentTo(1))
		Expect(reads(w)).To(Equal(with("GetPolicy")))
		Expect(w.writes()).To(BeEmpty())

		_, err := w.aws.DeletePolicy(ctx, &sdk.DeletePolicyInput{PolicyArn: aws.String(policyARN(object))})
		Expect(err).NotTo(HaveOccurred())
		w.clock.Step(time.Hour)
		w.sim.ResetCalls()
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeZero())
		Expect(reads(w)).To(Equal(with()))
		w.clock.Step(time.Hour)
		w.sim.ResetCalls()
		look(ctx, w)
		Expect(reads(w)).To(Equal([]string{"GetAccountAuthorizationDetails", "ListRoles"}), "no object asks for a policy")
	})

	It("is none any more once its object is back", func(ctx context.Context) {
		w, object := lost(ctx)
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeEquivalentTo(1))
		w.createPolicy(ctx, w.policy("orders"))
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeZero())
		w.clock.Step(time.Hour)
		w.sim.ResetCalls()
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeZero())
		_, there := w.iamPolicy(object)
		Expect(there).To(BeTrue())
	})

	It("is none while another object asks for its name", func(ctx context.Context) {
		w, object := lost(ctx)
		w.createPolicy(ctx, w.policy("other", func(p *v1alpha1.ECSPolicy) {
			p.Spec.PolicyName = w.namespace + "_orders"
		}))
		w.clock.Step(time.Hour)
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeZero())
		_, there := w.iamPolicy(object)
		Expect(there).To(BeTrue())
	})

	It("is not counted where AWS denies its tags, which costs one call", func(ctx context.Context) {
		w, _ := lost(ctx)
		w.sim.Deny("GetPolicy")
		status := look(ctx, w).Status
		Expect(status.OrphanedPolicies).To(BeZero())
		Expect(status.DriftDetection.Mode).To(Equal(v1alpha1.DriftBySnapshot))
		Expect(reads(w)).To(Equal(with("GetPolicy")))
	})

	It("is still known after a restart, although no object asks for a policy", func(ctx context.Context) {
		w, _ := lost(ctx)
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeEquivalentTo(1))
		w.restart()
		together(w)
		w.sim.ResetCalls()
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeEquivalentTo(1))
		Expect(reads(w)).To(Equal(with("GetPolicy")))
	})

	It("is none where it is another cluster's", func(ctx context.Context) {
		w, object := lost(ctx)
		_, err := w.aws.TagPolicy(ctx, &sdk.TagPolicyInput{
			PolicyArn: aws.String(policyARN(object)),
			Tags:      []types.Tag{{Key: aws.String(v1alpha1.TagOwner), Value: aws.String("other/team/orders")}},
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(look(ctx, w).Status.OrphanedPolicies).To(BeZero())
	})
})

var _ = Describe("a role that is deleted while its account is read", func() {
	It("is no orphan", func(ctx context.Context) {
		w := newWorld(ctx)
		together(w)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		look(ctx, w) // shows the role before it is settled
		Expect(api.Delete(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(look(ctx, w).Status.OrphanedRoles).To(BeZero())
	})

	It("is one where its object was made again for another AWS account", func(ctx context.Context) {
		w := newWorld(ctx)
		together(w)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.settle(ctx, role)
		letGo(ctx, role)
		elsewhere := w.account.DeepCopy()
		elsewhere.ObjectMeta = metav1.ObjectMeta{GenerateName: "account-"}
		elsewhere.Spec.AccountID = "999988887777"
		Expect(api.Create(ctx, elsewhere)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, elsewhere) })
		again := w.role("app", v1alpha1.RoleTypeTask, using(elsewhere))
		Expect(api.Create(ctx, again)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, again) })
		together(w)
		w.clock.Step(time.Hour)
		Expect(look(ctx, w).Status.OrphanedRoles).To(BeEquivalentTo(1))
	})

	It("is none for a role whose name another object asks for", func(ctx context.Context) {
		w := newWorld(ctx)
		together(w)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.settle(ctx, role)
		letGo(ctx, role)
		other := w.create(ctx, w.role("other", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.RoleName = nameOf(role)
		}))
		together(w)
		w.clock.Step(time.Hour)
		Expect(look(ctx, w).Status.OrphanedRoles).To(BeZero())
		letGo(ctx, other)
		Expect(look(ctx, w).Status.OrphanedRoles).To(BeEquivalentTo(1))
	})
})
