// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var _ = Describe("the status of a role", func() {
	It("identifies the entities in AWS", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) { r.Spec.Path = "/ecs/" }))
		in := w.iamRole(nameOf(role))
		profile := w.sim.In(w.sim.AccountID()).InstanceProfiles()[0]
		Expect(role.Status.RoleName).To(Equal(in.Name))
		Expect(role.Status.RoleARN).To(Equal(in.ARN))
		Expect(role.Status.RoleID).To(Equal(in.ID))
		Expect(role.Status.Path).To(Equal("/ecs/"))
		Expect(role.Status.InstanceProfileARN).To(Equal(profile.ARN))
		Expect(role.Status.AccountID).To(Equal(w.sim.AccountID()))
		Expect(role.Status.LastAppliedTime.Time).To(BeTemporally("<=", w.clock.Now()))
	})

	DescribeTable("warns of types that a service-linked role replaced", func(ctx context.Context, kind v1alpha1.RoleType, successor string) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("legacy", kind))
		Expect(role.Status.Warnings).To(ConsistOf(HaveField("Message", And(ContainSubstring("legacy"), ContainSubstring(successor)))))
		w.expectNothingToDo(ctx, role)
	},
		Entry("the service scheduler", v1alpha1.RoleTypeServiceScheduler, "AWSServiceRoleForECS"),
		Entry("service auto scaling", v1alpha1.RoleTypeServiceAutoScaling, "AWSServiceRoleForApplicationAutoScaling_ECSService"),
	)

	It("names no account in what it says, whatever the spec holds", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask,
			withPolicies("arn:aws:iam::999988887777:policy/theirs"), func(r *v1alpha1.ECSRole) {
				r.Spec.PermissionsBoundary = "arn:aws-cn:iam::111122223333:policy/b"
			}))
		expectNotReady(role, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled, "spec.managedPolicies[0].arn", "…7777", "…3333")
		for _, e := range w.events.list {
			Expect(e.note).NotTo(MatchRegexp(`\b[0-9]{12}\b`))
		}

		observed := w.create(ctx, w.role("b", v1alpha1.RoleTypeTask, complete, observing, func(r *v1alpha1.ECSRole) {
			r.Spec.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/b"
		}))
		for _, line := range observed.Status.Plan.Operations {
			Expect(line.Message).NotTo(MatchRegexp(`\b[0-9]{12}\b`))
		}
	})

	It("replaces every placeholder in what IAM gets", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, spec(func(s *v1alpha1.ECSRoleSpec) {
			s.Statements = []v1alpha1.Statement{{
				Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
				Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::c-{accountID}-{region}/{namespace}/{name}/${aws:username}"},
			}}
		})))
		Expect(w.iamRole(nameOf(role)).InlinePolicies["ecsiam"]).To(ContainSubstring(
			"arn:aws:s3:::c-111122223333-eu-west-1/" + w.namespace + "/app/${aws:username}"))
		w.expectNothingToDo(ctx, role)
	})
})

var _ = Describe("every call to AWS", func() {
	It("names the object that it is made for", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, complete)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		w.resync(ctx, role)
		w.delete(ctx, role)
		Expect(len(w.sim.Calls())).To(BeNumerically(">", 10))
		for _, call := range w.sim.Calls() {
			Expect(call.UserAgent).To(HaveSuffix("ecs-iam-controller/test ECSRole/"+w.namespace+"/node"), call.Action)
		}
	})
})

var _ = Describe("a look that finds nothing new", func() {
	DescribeTable("writes nothing, to IAM or to Kubernetes", func(
		ctx context.Context, reason v1alpha1.Reason, prepare func(context.Context, *world) *v1alpha1.ECSRole,
	) {
		w := newWorld(ctx)
		role := prepare(ctx, w)
		w.resync(ctx, role)
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(reason)))
		w.sim.ResetCalls()
		w.events.reset()
		w.expectNothingElse(ctx, role)
		w.expectNothingElse(ctx, role)
		Expect(w.events.reasons()).To(BeEmpty())
	},
		Entry("as declared", v1alpha1.ReasonReconciled, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, complete))
		}),
		Entry("an invalid spec", v1alpha1.ReasonInvalidSpec, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withPolicies("arn:aws-cn:iam::aws:policy/X")))
		}),
		Entry("a policy that does not exist", v1alpha1.ReasonNotFoundInAWS, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withPolicies("arn:aws:iam::aws:policy/NoSuchPolicy")))
		}),
		Entry("a boundary that does not exist", v1alpha1.ReasonNotFoundInAWS, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
				r.Spec.PermissionsBoundary = "arn:aws:iam::aws:policy/NoSuchPolicy"
			}))
		}),
		Entry("a denied read", v1alpha1.ReasonAccessDenied, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			w.sim.Deny("GetRole")
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		}),
		Entry("a denied write", v1alpha1.ReasonAccessDenied, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			w.sim.Deny("PutRolePolicy")
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		}),
		Entry("a quota", v1alpha1.ReasonLimitExceeded, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			w.sim.Fail("CreateRole", "LimitExceeded", -1, nil)
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		}),
		Entry("an outage", v1alpha1.ReasonUnavailable, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			w.sim.Fail("GetRole", "ServiceFailure", -1, nil)
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		}),
		Entry("Observe with a difference", v1alpha1.ReasonDrifted, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, complete, observing))
		}),
		Entry("a hold with a difference", v1alpha1.ReasonHeld, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
			w.others(ctx, nameOf(role), tagsWith(v1alpha1.TagHold, ""), attaches(s3ReadOnly))
			return role
		}),
		Entry("restricted by others", v1alpha1.ReasonReconciled, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
			w.others(ctx, nameOf(role), attaches(awsDenyAll))
			return role
		}),
		Entry("someone else's role", v1alpha1.ReasonOwnershipConflict, func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			w.others(ctx, w.namespace+"_app", creates(trustEC2))
			return w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		}),
	)
})
