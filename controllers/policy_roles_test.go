// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func referring(name string) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) {
		role.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: name}}}
	}
}

// settledWithPolicy is a role that has an ECSPolicy attached by reference; both are Ready.
func (w *world) settledWithPolicy(
	ctx context.Context, tweaks ...func(*v1alpha1.ECSRole),
) (*v1alpha1.ECSRole, *v1alpha1.ECSPolicy) {
	GinkgoHelper()
	object := w.readyPolicy(ctx, w.policy("orders"))
	role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, append(tweaks, referring("orders"))...))
	Expect(w.attached(object)).To(ConsistOf("role/" + nameOf(role)))
	return role, object
}

var _ = Describe("a policy that roles refer to", func() {
	It("is attached to them, and costs no write when nothing changes", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		role, object := w.settledWithPolicy(ctx)
		w.resyncPolicy(ctx, object)
		w.resync(ctx, role)
		Expect(w.writes()).To(BeEmpty())
	})

	It("stays with a role that was let go of", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		role, object := w.settledWithPolicy(ctx, retained)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.resyncPolicy(ctx, object)
		Expect(w.attached(object)).To(ConsistOf("role/" + nameOf(role)))
	})

	It("stays with a role whose object waits for another policy, until the role itself detaches it", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		role, object := w.settledWithPolicy(ctx)
		w.update(ctx, role, referring("stock"))
		w.resyncPolicy(ctx, object)
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, "stock")
		Expect(w.attached(object)).To(ConsistOf("role/" + nameOf(role)))
		w.readyPolicy(ctx, w.policy("stock"))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.attached(object)).To(BeEmpty())
	})

	It("is theirs also when they name the account by another object", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		again := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{GenerateName: "account-"}, Spec: w.account.Spec}
		Expect(api.Create(ctx, again)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { Expect(client.IgnoreNotFound(api.Delete(ctx, again))).To(Succeed()) })
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, referring("orders"), func(r *v1alpha1.ECSRole) {
			r.Spec.AccountRef.Name = again.Name
		}))
		w.resyncPolicy(ctx, object)
		Expect(w.attached(object)).To(ConsistOf("role/" + nameOf(role)))
		Expect(w.writes()).To(BeEmpty())
	})
})

var _ = Describe("an instance profile that is held", func() {
	It("keeps the object of its role from going in silence", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		name, hold := nameOf(role), v1alpha1.TagHold
		_, err := w.aws.TagInstanceProfile(ctx, &sdk.TagInstanceProfileInput{
			InstanceProfileName: &name, Tags: []types.Tag{{Key: &hold, Value: aws.String("incident")}},
		})
		Expect(err).NotTo(HaveOccurred())
		_, err = w.aws.RemoveRoleFromInstanceProfile(ctx,
			&sdk.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
		Expect(err).NotTo(HaveOccurred())
		w.clock.Step(time.Minute)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeTrue())
		expectNotReady(role, v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled, hold)
		_, err = w.aws.UntagInstanceProfile(ctx,
			&sdk.UntagInstanceProfileInput{InstanceProfileName: &name, TagKeys: []string{hold}})
		Expect(err).NotTo(HaveOccurred())
		w.clock.Step(time.Minute)
		w.passesUntilGone(ctx, role)
		Expect(w.sim.In(w.sim.AccountID()).InstanceProfiles()).To(BeEmpty())
	})
})

var _ = Describe("a role with inline policies of others", func() {
	It("is told when they leave no room for its own", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.Ignore = &v1alpha1.Ignore{InlinePolicies: []v1alpha1.Pattern{"theirs"}}
		}))
		long := func(i int) string { return fmt.Sprintf("arn:aws:s3:::%d%s", i, strings.Repeat("x", 1200)) }
		var resources []string
		for i := range 5 {
			resources = append(resources, long(i))
		}
		theirs, err := json.Marshal(resources)
		Expect(err).NotTo(HaveOccurred())
		w.putInline(ctx, nameOf(role), "theirs", fmt.Sprintf(
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":%s}}`, theirs))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) {
			r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
			for i := range 5 {
				r.Spec.Statements[0].Resources = append(r.Spec.Statements[0].Resources, v1alpha1.ResourcePattern(long(i)))
			}
		})
		w.resync(ctx, role)
		expectNotReady(role, v1alpha1.ReasonLimitExceeded, v1alpha1.ConditionStalled, "theirs", "10240")
		Expect(w.writes()).To(BeEmpty())
	})
})
