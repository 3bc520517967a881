// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var _ = Describe("what others change in AWS", func() {
	DescribeTable("is changed back by the fewest calls, with one event, while Ready stays True",
		func(ctx context.Context, changes []edit, note string, writes ...string) {
			w := newWorld(ctx)
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, complete))
			before := w.iamRole(nameOf(role))
			w.others(ctx, nameOf(role), changes...)
			w.resync(ctx, role)

			expectReady(role)
			Expect(condition(role, v1alpha1.ConditionDrifted)).To(BeNil())
			Expect(w.writes()).To(Equal(writes))
			Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
			Expect(w.events.list[0].note).To(ContainSubstring(note))
			after := w.iamRole(nameOf(role))
			Expect(after.TrustPolicy).To(MatchJSON(before.TrustPolicy))
			Expect(after.Tags).To(ConsistOf(before.Tags))
			Expect(after.AttachedPolicies).To(ConsistOf(before.AttachedPolicies))
			Expect(after.InlinePolicies).To(Equal(before.InlinePolicies))
			Expect(after.PermissionsBoundary).To(Equal(before.PermissionsBoundary))
			Expect([]any{after.Description, after.MaxSessionDuration}).To(Equal([]any{before.Description, before.MaxSessionDuration}))
			w.expectNothingToDo(ctx, role)
		},
		Entry("the trust policy", []edit{trusts(trustEC2)}, "change the trust policy", "UpdateAssumeRolePolicy"),
		Entry("the boundary exchanged", []edit{setsBoundary(boundaryB)}, "from AmazonS3FullAccess to PowerUserAccess",
			"PutRolePermissionsBoundary"),
		Entry("the boundary removed", []edit{removesBoundary}, "set the permissions boundary PowerUserAccess",
			"PutRolePermissionsBoundary"),
		Entry("a tag added", []edit{tagsWith("mine", "now")}, "remove tags mine", "UntagRole"),
		Entry("a tag changed", []edit{tagsWith("team", "b")}, "set tags team", "TagRole"),
		Entry("a tag removed", []edit{untags("team")}, "set tags team", "TagRole"),
		Entry("description and session", []edit{sets("hacked", 43200)}, "session duration from 43200 to 3600", "UpdateRole"),
		Entry("a policy detached", []edit{detaches(ssmReadOnly)}, "attach policy AmazonSSMReadOnlyAccess", "AttachRolePolicy"),
		Entry("a policy attached", []edit{attaches(s3ReadOnly)}, "detach policy AmazonS3ReadOnlyAccess", "DetachRolePolicy"),
		Entry("the inline policy changed", []edit{putsInline("ecsiam", allowAll)}, "change inline policy ecsiam", "PutRolePolicy"),
		Entry("the inline policy deleted", []edit{deletesInline("ecsiam")}, "put inline policy ecsiam", "PutRolePolicy"),
		Entry("an inline policy added", []edit{putsInline("mine", allowAll)}, "delete inline policy mine", "DeleteRolePolicy"),
	)

	DescribeTable("to the instance profile is changed back", func(ctx context.Context, changes []edit, writes ...string) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) {
			r.Spec.Tags = map[string]string{"team": "a"}
		}))
		before := w.sim.In(w.sim.AccountID()).InstanceProfiles()
		w.others(ctx, nameOf(role), changes...)
		w.resync(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal(writes))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
		after := w.sim.In(w.sim.AccountID()).InstanceProfiles()
		Expect(after).To(HaveLen(1))
		Expect(after[0].Role).To(Equal(before[0].Role))
		Expect(after[0].Tags).To(ConsistOf(before[0].Tags))
		Expect(role.Status.InstanceProfileARN).To(Equal(after[0].ARN))
		w.expectNothingToDo(ctx, role)
	},
		Entry("emptied", []edit{emptiesProfile}, "AddRoleToInstanceProfile"),
		Entry("deleted", []edit{emptiesProfile, deletesProfile}, "CreateInstanceProfile", "AddRoleToInstanceProfile"),
		Entry("a tag removed", []edit{untagsProfile("team")}, "TagInstanceProfile"),
	)

	It("is repaired at each resync, not at every second one", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		for range 2 {
			w.others(ctx, nameOf(role), attaches(s3ReadOnly))
			w.resync(ctx, role)
			Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		}
	})

	It("is found at the first resync after a creation that nothing waited for", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.PropagationDelaySeconds = new(int32) })
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		w.resync(ctx, role)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
	})

	It("is told as drift after a restart too", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), attaches(s3ReadOnly))
		w.restart()
		w.clock.Step(time.Minute)
		w.pass(ctx, role)
		expectReady(role)
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
	})

	It("creates a deleted role again and says that resource policies still mean the old one", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		old := role.Status.RoleID
		w.others(ctx, nameOf(role), deletesInline("ecsiam"), deletesRole)
		w.resync(ctx, role)

		Expect(w.writes()).To(Equal([]string{"CreateRole", "PutRolePolicy"}))
		Expect(w.events.reasons()).To(Equal([]string{"RoleReplaced", "DriftCorrected"}))
		Expect(w.events.list[0].note).To(ContainSubstring("resource policies"))
		Expect(role.Status.RoleID).NotTo(Equal(old))
		Expect(role.Status.RoleID).To(Equal(w.iamRole(nameOf(role)).ID))
		w.settle(ctx, role)
		expectReady(role)
		w.events.reset()
		w.expectNothingToDo(ctx, role)
		Expect(w.events.reasons()).To(BeEmpty())
	})

	It("tells when a role that carries our tag was replaced by another", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		trust := w.iamRole(nameOf(role)).TrustPolicy
		w.others(ctx, nameOf(role), deletesRole, creates(trust, v1alpha1.TagOwner, clusterID+"/"+w.namespace+"/app"))
		w.resync(ctx, role)

		expectReady(role)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.reasons()).To(Equal([]string{"RoleReplaced"}))
		Expect(role.Status.RoleID).To(Equal(w.iamRole(nameOf(role)).ID))
		w.events.reset()
		w.resync(ctx, role)
		Expect(w.events.reasons()).To(BeEmpty(), "told once")
	})

	It("does not touch a role that was replaced by someone else's, and forgets its identifiers", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.others(ctx, nameOf(role), deletesRole, creates(trustEC2))
		w.resync(ctx, role)
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled)
		Expect(w.writes()).To(BeEmpty())
		Expect(role.Status.RoleARN).To(BeEmpty())
		w.expectNothingToDo(ctx, role)
	})
})
