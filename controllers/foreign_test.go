// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// expectDrifted expects Drifted=True with a reason and a message with the parts.
func expectDrifted(role *v1alpha1.ECSRole, reason v1alpha1.Reason, parts ...string) {
	GinkgoHelper()
	c := condition(role, v1alpha1.ConditionDrifted)
	Expect(c).NotTo(BeNil(), "Drifted is missing")
	Expect(c.Reason).To(Equal(string(reason)), c.Message)
	for _, part := range parts {
		Expect(c.Message).To(ContainSubstring(part))
	}
}

const trustWithDeny = `{"Version":"2012-10-17","Statement":[
	{"Sid":"EcsIamTrust","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole",
	 "Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:111122223333:*"}}},
	{"Sid":"Quarantine","Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`

var _ = Describe("what others attach that only denies", func() {
	DescribeTable("stays, is told in Drifted, and leaves the role Ready", func(ctx context.Context, restrict edit, what string) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.others(ctx, nameOf(role), restrict)
		restricted := w.iamRole(nameOf(role))
		w.resync(ctx, role)

		expectReady(role)
		expectDrifted(role, v1alpha1.ReasonRestrictedByOthers, what)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.iamRole(nameOf(role))).To(Equal(restricted))
		w.expectNothingToDo(ctx, role)

		w.update(ctx, role, withPolicies(s3ReadOnly))
		w.settle(ctx, role)
		expectReady(role)
		expectDrifted(role, v1alpha1.ReasonRestrictedByOthers, what)
		Expect(w.writes()).To(Equal([]string{"AttachRolePolicy"}), "changes of the spec go on beside it")
	},
		Entry("an inline policy", putsInline("quarantine", denyAll), "inline policy quarantine"),
		Entry("a managed policy", attaches(awsDenyAll), "policy AWSDenyAll"),
		Entry("a statement of the trust policy", trusts(trustWithDeny), "trust policy"),
	)

	It("survives a change of the trust policy by the spec", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), trusts(trustWithDeny))
		w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.Trust = trustingRoot }))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.iamRole(nameOf(role)).TrustPolicy).To(And(ContainSubstring("Quarantine"), ContainSubstring(":root")))
		w.expectNothingToDo(ctx, role)
	})

	It("goes with the spec that asked for it, but not when someone else attached it first", func(ctx context.Context) {
		w := newWorld(ctx)
		for _, first := range []bool{false, true} {
			role := w.ready(ctx, w.role(fmt.Sprintf("app-%t", first), v1alpha1.RoleTypeTask))
			if first {
				w.others(ctx, nameOf(role), attaches(awsDenyAll))
				w.resync(ctx, role)
			}
			w.update(ctx, role, withPolicies(awsDenyAll))
			w.settle(ctx, role)
			w.resync(ctx, role)
			w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.ManagedPolicies = nil }))
			w.settle(ctx, role)
			expectReady(role)
			if first {
				Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(Equal([]string{awsDenyAll}))
			} else {
				Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(BeEmpty())
			}
			w.expectNothingToDo(ctx, role)
		}
	})

	It("ends Drifted when they remove it", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), attaches(awsDenyAll))
		w.resync(ctx, role)
		w.others(ctx, nameOf(role), detaches(awsDenyAll))
		w.resync(ctx, role)
		expectReady(role)
		Expect(condition(role, v1alpha1.ConditionDrifted)).To(BeNil())
		Expect(w.events.reasons()).To(BeEmpty())
	})
})

var _ = Describe("what spec.ignore names", func() {
	ignoring := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Ignore = &v1alpha1.Ignore{
			Tags: []v1alpha1.Pattern{"org:*"}, InlinePolicies: []v1alpha1.Pattern{"audit-?"},
			ManagedPolicyARNs: []v1alpha1.Pattern{"arn:{partition}:iam::aws:policy/AmazonS3*"},
		}
	})

	It("is left alone, and what it does not name is not", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, ignoring))
		w.others(ctx, nameOf(role), tagsWith("ORG:unit", "7"), putsInline("audit-1", allowAll), attaches(s3ReadOnly))
		w.resync(ctx, role)
		expectReady(role)
		Expect(condition(role, v1alpha1.ConditionDrifted)).To(BeNil())
		Expect(w.writes()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)

		w.others(ctx, nameOf(role), tagsWith("organ", "7"), putsInline("audit-12", allowAll), attaches(ssmReadOnly))
		w.resync(ctx, role)
		Expect(w.writes()).To(ConsistOf("UntagRole", "DeleteRolePolicy", "DetachRolePolicy"))
		left := w.iamRole(nameOf(role))
		Expect(left.AttachedPolicies).To(Equal([]string{s3ReadOnly}))
		Expect(left.InlinePolicies).To(HaveKey("audit-1"))
	})

	It("is removed when the rule goes", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, ignoring))
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		w.resync(ctx, role)
		w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.Ignore = nil }))
		w.pass(ctx, role)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
	})
})

var _ = Describe("the tag ecsiam.dev/hold", func() {
	It("keeps the role as it is, says so, and lets go when it is removed", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.others(ctx, nameOf(role), tagsWith(v1alpha1.TagHold, "incident 7"), attaches(s3ReadOnly))
		w.resync(ctx, role)
		expectNotReady(role, v1alpha1.ReasonHeld, v1alpha1.ConditionStalled, v1alpha1.TagHold, "AmazonS3ReadOnlyAccess")
		expectDrifted(role, v1alpha1.ReasonHeld, v1alpha1.TagHold, "detach policy AmazonS3ReadOnlyAccess")
		Expect(role.Status.Plan.Operations).To(ConsistOf(HaveField("Message", ContainSubstring("detach policy AmazonS3ReadOnlyAccess"))))
		Expect(w.writes()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)

		w.others(ctx, nameOf(role), untags(v1alpha1.TagHold))
		w.events.reset()
		w.resync(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
		Expect(role.Status.Plan).To(BeZero())
	})

	It("leaves a role Ready that is as declared", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), tagsWith(v1alpha1.TagHold, ""))
		w.expectNothingToDo(ctx, role)
		expectReady(role)
	})

	It("holds back a change of the spec, which is told as Updated when it is applied", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), tagsWith(v1alpha1.TagHold, ""))
		w.update(ctx, role, withStatement)
		w.resync(ctx, role)
		expectNotReady(role, v1alpha1.ReasonHeld, v1alpha1.ConditionStalled, "put inline policy ecsiam")
		Expect(w.writes()).To(BeEmpty())

		w.others(ctx, nameOf(role), untags(v1alpha1.TagHold))
		w.events.reset()
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
	})
})

var _ = Describe("a field that somebody keeps changing back", func() {
	fight := func(ctx context.Context, w *world, role *v1alpha1.ECSRole) {
		GinkgoHelper()
		w.others(ctx, nameOf(role), deletesInline("ecsiam"))
		w.resync(ctx, role)
	}
	fought := func(ctx context.Context, w *world) *v1alpha1.ECSRole {
		GinkgoHelper()
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		for range 3 {
			fight(ctx, w, role)
			Expect(w.writes()).To(Equal([]string{"PutRolePolicy"}))
		}
		return role
	}

	It("is cleared of what someone else allows however often it is added", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		for range 6 {
			w.others(ctx, nameOf(role), putsInline("backdoor", allowAll))
			w.resync(ctx, role)
			Expect(w.writes()).To(Equal([]string{"DeleteRolePolicy"}))
			expectReady(role)
		}
	})

	It("is repaired three times within an hour and then once an hour", func(ctx context.Context) {
		w := newWorld(ctx)
		role := fought(ctx, w)
		for range 3 {
			repaired := w.clock.Now()
			fight(ctx, w, role)
			for w.clock.Since(repaired) < 49*time.Minute {
				Expect(w.writes()).To(BeEmpty(), "%s after the last repair", w.clock.Since(repaired))
				expectReady(role)
				expectDrifted(role, v1alpha1.ReasonContested, "put inline policy ecsiam")
				w.resync(ctx, role)
			}
			w.resync(ctx, role)
			Expect(w.writes()).To(Equal([]string{"PutRolePolicy"}))
			expectReady(role)
			Expect(condition(role, v1alpha1.ConditionDrifted)).To(BeNil())
		}
	})

	It("is trusted again when it held for an hour", func(ctx context.Context) {
		w := newWorld(ctx)
		role := fought(ctx, w)
		w.clock.Step(2 * time.Hour)
		for range 2 {
			fight(ctx, w, role)
			Expect(w.writes()).To(Equal([]string{"PutRolePolicy"}))
		}
	})

	It("holds back no other field, and no change of the spec", func(ctx context.Context) {
		w := newWorld(ctx)
		role := fought(ctx, w)
		fight(ctx, w, role)
		Expect(w.writes()).To(BeEmpty())
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		w.resync(ctx, role)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		expectDrifted(role, v1alpha1.ReasonContested, "inline policy ecsiam")

		w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.Statements[0].Actions[0] = "s3:GetObjectTagging" }))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.iamRole(nameOf(role)).InlinePolicies["ecsiam"]).To(ContainSubstring("GetObjectTagging"))
		Expect(condition(role, v1alpha1.ConditionDrifted)).To(BeNil())
	})

	It("is repaired at once by a forced pass", func(ctx context.Context) {
		w := newWorld(ctx)
		role := fought(ctx, w)
		w.others(ctx, nameOf(role), deletesInline("ecsiam"))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: "now"} })
		w.pass(ctx, role)
		Expect(w.writes()).To(Equal([]string{"PutRolePolicy"}))
	})

	It("writes the status once and counts in the metric", func(ctx context.Context) {
		w := newWorld(ctx)
		registry := prometheus.NewRegistry()
		metrics, err := pass.NewMetrics(registry)
		Expect(err).NotTo(HaveOccurred())
		w.roles.Metrics = metrics
		role := fought(ctx, w)
		fight(ctx, w, role)
		expectDrifted(role, v1alpha1.ReasonContested)
		Expect(condition(role, v1alpha1.ConditionReady).Status).To(Equal(metav1.ConditionTrue))
		w.expectNothingToDo(ctx, role)
		families, err := registry.Gather()
		Expect(err).NotTo(HaveOccurred())
		values := map[string]float64{}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				values[f.GetName()] += m.GetCounter().GetValue()
			}
		}
		Expect(values).To(HaveKeyWithValue("ecsiam_contested_total", 2.0))
		Expect(values).To(HaveKeyWithValue("ecsiam_drift_corrected_total", 3.0))
	})
})
