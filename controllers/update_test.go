// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// complete gives a role something in every field that can be changed.
func complete(role *v1alpha1.ECSRole) {
	withStatement(role)
	withPolicies(ssmReadOnly)(role)
	role.Spec.Description = "before"
	role.Spec.Tags = map[string]string{"team": "a", "stage": "test"}
	role.Spec.PermissionsBoundary = boundaryA
}

func spec(change func(*v1alpha1.ECSRoleSpec)) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) { change(&role.Spec) }
}

// trustingRoot trusts the account itself besides ECS.
var trustingRoot = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
	Sid: "Account", Effect: v1alpha1.EffectAllow,
	Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"arn:{partition}:iam::{accountID}:root"}},
}}}

func deny(action v1alpha1.Action) v1alpha1.Statement {
	return v1alpha1.Statement{
		Effect: v1alpha1.EffectDeny, Actions: []v1alpha1.Action{action}, Resources: []v1alpha1.ResourcePattern{"*"},
	}
}

var _ = Describe("changing the spec of a role", func() {
	reachesECS := func(ctx context.Context, change func(*v1alpha1.ECSRole), writes ...string) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, complete))
		w.update(ctx, role, change)
		w.pass(ctx, role)

		Expect(w.writes()).To(Equal(writes))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
		ready := condition(role, v1alpha1.ConditionReady)
		Expect(ready.Reason).To(Equal(string(v1alpha1.ReasonPropagating)))
		Expect(ready.Status).To(Equal(metav1.ConditionUnknown))
		w.settle(ctx, role)
		expectReady(role)
		w.expectNothingToDo(ctx, role)
		Expect(w.writes()).To(Equal(writes))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
	}
	DescribeTable("makes the fewest calls, tells one event, and is Ready when ECS had time to learn of it", reachesECS,
		Entry("a statement added", spec(func(s *v1alpha1.ECSRoleSpec) { s.Statements = append(s.Statements, deny("s3:PutObject")) }),
			"PutRolePolicy"),
		Entry("the statements removed", spec(func(s *v1alpha1.ECSRoleSpec) { s.Statements = nil }), "DeleteRolePolicy"),
		Entry("the inline policy renamed", spec(func(s *v1alpha1.ECSRoleSpec) { s.InlinePolicyName = "other" }),
			"PutRolePolicy", "DeleteRolePolicy"),
		Entry("a policy added", withPolicies(s3ReadOnly), "AttachRolePolicy"),
		Entry("the policies removed", spec(func(s *v1alpha1.ECSRoleSpec) { s.ManagedPolicies = nil }), "DetachRolePolicy"),
		Entry("a policy exchanged", spec(func(s *v1alpha1.ECSRoleSpec) { s.ManagedPolicies[0].ARN = s3ReadOnly }),
			"AttachRolePolicy", "DetachRolePolicy"),
		Entry("the trust widened", spec(func(s *v1alpha1.ECSRoleSpec) { s.Trust = trustingRoot }), "UpdateAssumeRolePolicy"),
		Entry("the boundary changed", spec(func(s *v1alpha1.ECSRoleSpec) { s.PermissionsBoundary = boundaryB }),
			"PutRolePermissionsBoundary"),
		Entry("the boundary removed", spec(func(s *v1alpha1.ECSRoleSpec) { s.PermissionsBoundary = "" }),
			"DeleteRolePermissionsBoundary"),
	)

	DescribeTable("keeps Ready where ECS has nothing to learn", func(ctx context.Context, change func(*v1alpha1.ECSRole), writes ...string) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, complete))
		w.update(ctx, role, change)
		w.pass(ctx, role)

		expectReady(role)
		Expect(w.writes()).To(Equal(writes))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
		w.expectNothingToDo(ctx, role)
	},
		Entry("a tag added", spec(func(s *v1alpha1.ECSRoleSpec) { s.Tags["new"] = "yes" }), "TagRole"),
		Entry("a tag changed", spec(func(s *v1alpha1.ECSRoleSpec) { s.Tags["team"] = "b" }), "TagRole"),
		Entry("a tag removed", spec(func(s *v1alpha1.ECSRoleSpec) { s.Tags = map[string]string{"team": "a"} }), "UntagRole"),
		Entry("a tag renamed", spec(func(s *v1alpha1.ECSRoleSpec) { s.Tags = map[string]string{"team": "a", "env": "test"} }),
			"TagRole", "UntagRole"),
		Entry("the description", spec(func(s *v1alpha1.ECSRoleSpec) { s.Description = "after" }), "UpdateRole"),
		Entry("the session", spec(func(s *v1alpha1.ECSRoleSpec) { s.MaxSessionDurationSeconds = 7200 }), "UpdateRole"),
		Entry("description and session", spec(func(s *v1alpha1.ECSRoleSpec) {
			s.Description, s.MaxSessionDurationSeconds = "", 7200
		}), "UpdateRole"),
	)

	It("makes no call where the meaning stays", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, complete))
		applied := role.Status.LastAppliedTime.Time
		w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) {
			s.Statements[0].Actions = append(s.Statements[0].Actions, "s3:getobject")
			s.DeletionPolicy = v1alpha1.DeletionRetain
		}))
		w.pass(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.reasons()).To(BeEmpty())
		Expect(role.Status.LastAppliedTime.Time).To(BeTemporally("==", applied))
	})

	It("sets a boundary before it grants more", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, complete)
		w.pass(ctx, role)
		Expect(w.writes()).To(HaveLen(5))
		Expect(w.writes()[0]).To(Equal("PutRolePermissionsBoundary"))
		w.settle(ctx, role)
		expectReady(role)
		w.expectNothingToDo(ctx, role)
	})

	It("reports the change as Updated also when it comes while the last one propagates", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, withStatement)
		w.pass(ctx, role)
		Expect(w.events.reasons()).To(Equal([]string{"Created", "Updated"}))
		Expect(w.reads()).To(Equal([]string{"GetRole"}), "what was just written is not read back")
		w.settle(ctx, role)
		expectReady(role)
		w.expectNothingToDo(ctx, role)
	})

	It("takes back at once what was declared a moment ago", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly)))
		w.update(ctx, role, spec(func(s *v1alpha1.ECSRoleSpec) { s.ManagedPolicies = nil }))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(BeEmpty())
		w.expectNothingToDo(ctx, role)
	})
})
