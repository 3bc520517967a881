// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// consenting makes the account let the world's namespace adopt names of a pattern.
func consenting(pattern string) func(*v1alpha1.AWSAccount) {
	return func(a *v1alpha1.AWSAccount) {
		a.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
			Namespaces: a.Spec.AllowedNamespaces.Names, NamePattern: pattern,
		}}}
	}
}

func legacy(policy v1alpha1.AdoptionPolicy) func(*v1alpha1.ECSRole) {
	return func(r *v1alpha1.ECSRole) { r.Spec.RoleName, r.Spec.AdoptionPolicy = "legacy-app", policy }
}

var _ = Describe("a role that exists already", func() {
	taskTrust := func(ctx context.Context) string {
		w := newWorld(ctx)
		return w.iamRole(nameOf(w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask)))).TrustPolicy
	}

	It("is adopted with consent of object and account: what is declared and permitted stays, then the rest goes, then trust", func(ctx context.Context) {
		w := newWorld(ctx, consenting("Legacy-*"))
		w.others(ctx, "legacy-app", creates(trustEC2, "old", "tag"), putsInline("admin", allowAll), attaches(s3ReadOnly))
		before := w.iamRole("legacy-app").ID
		role := w.role("app", v1alpha1.RoleTypeTask, legacy(v1alpha1.AdoptionAdopt), withStatement)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)

		expectReady(role)
		Expect(w.events.reasons()).To(Equal([]string{"Adopted"}))
		Expect(role.Status.RoleID).To(Equal(before), "adopted, not replaced")
		writes := w.writes()
		Expect(writes[0]).To(Equal("TagRole"), "ownership first")
		Expect(writes).To(ConsistOf("TagRole", "UntagRole", "DeleteRolePolicy", "DetachRolePolicy", "UpdateAssumeRolePolicy", "PutRolePolicy"))
		expectOrder(writes, "PutRolePolicy", "DetachRolePolicy", "UpdateAssumeRolePolicy")
		expectOrder(writes, "PutRolePolicy", "DeleteRolePolicy", "UpdateAssumeRolePolicy")
		adopted := w.iamRole("legacy-app")
		owner, _ := adopted.Tag(v1alpha1.TagOwner)
		Expect(owner).To(Equal(clusterID + "/" + w.namespace + "/app"))
		w.expectNothingToDo(ctx, role)
	})

	It("is adopted under IfEqual when only the owner tag is missing, by one call", func(ctx context.Context) {
		trust := taskTrust(ctx)
		w := newWorld(ctx, consenting("legacy-*"))
		w.others(ctx, "legacy-app", creates(trust))
		role := w.role("app", v1alpha1.RoleTypeTask, legacy(v1alpha1.AdoptionIfEqual))
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"TagRole"}))
		Expect(w.events.reasons()).To(Equal([]string{"Adopted"}))
		w.expectNothingToDo(ctx, role)
	})

	DescribeTable("is not touched", func(ctx context.Context, pattern string, policy v1alpha1.AdoptionPolicy, says string, changes ...edit) {
		w := newWorld(ctx, consenting(pattern))
		w.others(ctx, "legacy-app", changes...)
		before := w.iamRole("legacy-app")
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, legacy(policy)))

		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "legacy-app", says)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.reasons()).To(Equal([]string{"OwnershipConflict"}))
		Expect(role.Status.RoleARN).To(BeEmpty(), "it is not ours to point at")
		w.expectNothingToDo(ctx, role)
		Expect(w.events.reasons()).To(HaveLen(1), "told once")

		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.iamRole("legacy-app")).To(Equal(before), "deletion leaves it too")
	},
		Entry("when the object does not consent", "*", v1alpha1.AdoptionNever, "set adoptionPolicy", creates(trustEC2)),
		Entry("when the account does not consent", "other-*", v1alpha1.AdoptionAdopt, "spec.adoption.allow", creates(trustEC2)),
		Entry("under IfEqual when it differs", "*", v1alpha1.AdoptionIfEqual, "change the trust policy", creates(trustEC2)),
		Entry("when another cluster owns it", "*", v1alpha1.AdoptionAdopt, "is not available",
			creates(trustEC2, v1alpha1.TagOwner, "other/team/app")),
		Entry("when another owns it by a tag in other case", "*", v1alpha1.AdoptionAdopt, "is not available",
			creates(trustEC2, "EcsIam.dev/Owner", "other/team/app")),
	)

	It("is never adopted when a CloudFormation stack owns it", func(ctx context.Context) {
		w := newWorld(ctx, consenting("*"))
		w.others(ctx, "legacy-app", creates(trustEC2))
		Expect(w.sim.In(w.sim.AccountID()).SetRoleTags("legacy-app", iamsim.Tag{Key: "aws:cloudformation:stack-name", Value: "net"})).To(BeTrue())
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, legacy(v1alpha1.AdoptionAdopt)))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "CloudFormation")
		Expect(w.writes()).To(BeEmpty())
	})

	It("is never adopted from AWS's own paths", func(ctx context.Context) {
		w := newWorld(ctx, consenting("AWSServiceRoleFor*"))
		w.others(ctx, "", createsServiceLinkedRole)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, legacy(v1alpha1.AdoptionAdopt), func(r *v1alpha1.ECSRole) {
			r.Spec.RoleName = "AWSServiceRoleForECS"
		}))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "/aws-service-role/")
		Expect(w.writes()).To(BeEmpty())
	})

	It("is not moved to another path", func(ctx context.Context) {
		w := newWorld(ctx, consenting("*"))
		w.others(ctx, "legacy-app", createsOnPath("/old/"))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, legacy(v1alpha1.AdoptionAdopt), func(r *v1alpha1.ECSRole) {
			r.Spec.Path = "/new/"
		}))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "/old/", "/new/", "spec.path")
		Expect(w.writes()).To(BeEmpty())
	})

	It("is adopted as soon as the account consents", func(ctx context.Context) {
		w := newWorld(ctx)
		w.others(ctx, "legacy-app", creates(trustEC2))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, legacy(v1alpha1.AdoptionAdopt)))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled)
		w.updateAccount(ctx, consenting("legacy-app"))
		w.events.reset()
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.events.reasons()).To(Equal([]string{"Adopted"}))
	})

	It("of a former cluster id is taken over without consent to adoption", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.FormerClusterIDs = []v1alpha1.ClusterID{"old-cluster"} })
		name := w.namespace + "_app"
		w.others(ctx, name, creates(taskTrust(ctx), v1alpha1.TagOwner, "old-cluster/"+w.namespace+"/app"))
		role := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"TagRole"}))
		taken := w.iamRole(name)
		owner, _ := taken.Tag(v1alpha1.TagOwner)
		Expect(owner).To(Equal(clusterID + "/" + w.namespace + "/app"))
		w.expectNothingToDo(ctx, role)
	})
})

// expectOrder expects the names to stand in list in this order.
func expectOrder(list []string, names ...string) {
	GinkgoHelper()
	at := -1
	for _, name := range names {
		next := slices.Index(list, name)
		Expect(next).To(BeNumerically(">", at), "%s in %v", name, list)
		at = next
	}
}

var _ = Describe("an instance profile that exists already", func() {
	DescribeTable("is not touched, and everything else is applied", func(ctx context.Context, says string, changes ...edit) {
		w := newWorld(ctx)
		name := w.namespace + "_node"
		w.others(ctx, "other", creates(trustEC2))
		w.others(ctx, name, changes...)
		before := w.sim.In(w.sim.AccountID()).InstanceProfiles()
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, withStatement)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)

		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "instance profile "+name, says)
		Expect(w.writes()).To(ConsistOf("CreateRole", "PutRolePolicy", "AttachRolePolicy"))
		Expect(w.sim.In(w.sim.AccountID()).InstanceProfiles()).To(Equal(before))
		Expect(role.Status.InstanceProfileARN).To(BeEmpty())
		Expect(role.Status.RoleARN).NotTo(BeEmpty())
		Expect(role.Status.Plan.Operations).To(HaveLen(1))
		w.expectNothingToDo(ctx, role)

		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.In(w.sim.AccountID()).InstanceProfiles()).To(Equal(before))
		_, left := w.sim.Role(name)
		Expect(left).To(BeFalse())
	},
		Entry("without our tag", "adoptionPolicy", createsProfile()),
		Entry("with someone else's tag", "is not available", createsProfile(v1alpha1.TagOwner, "other/team/node")),
	)

	It("keeps the role of others that is in it", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		w.others(ctx, "other", creates(trustEC2))
		w.others(ctx, nameOf(role), emptiesProfile, fillsProfile("other"))
		w.resync(ctx, role)
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "holds the role other")
		Expect(w.writes()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)

		w.others(ctx, nameOf(role), takesFromProfile("other"))
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"AddRoleToInstanceProfile"}))
	})

	It("is adopted with both consents", func(ctx context.Context) {
		w := newWorld(ctx, consenting("*"))
		w.others(ctx, w.namespace+"_node", createsProfile())
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) { r.Spec.AdoptionPolicy = v1alpha1.AdoptionAdopt })
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(ConsistOf("CreateRole", "AttachRolePolicy", "TagInstanceProfile", "AddRoleToInstanceProfile"))
		w.expectNothingToDo(ctx, role)
	})
})

var _ = Describe("two objects for one role", func() {
	named := func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "Shared" }

	It("is the older one's; the other never has it by waiting", func(ctx context.Context) {
		w := newWorld(ctx)
		older := w.ready(ctx, w.role("a", v1alpha1.RoleTypeTask, named))
		newer := w.create(ctx, w.role("b", v1alpha1.RoleTypeTaskExecution, func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "sHARED" }))
		expectNotReady(newer, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled, w.namespace+"/a", "better claim")
		Expect(w.writes()).To(BeEmpty())
		w.expectNothingToDo(ctx, newer)
		w.resync(ctx, older)
		expectReady(older)

		w.delete(ctx, older)
		Expect(exists(ctx, keyOf(older))).To(BeFalse())
		w.restart()
		w.resync(ctx, newer)
		expectNotReady(newer, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled)
		Expect(w.sim.Roles()).To(BeEmpty())
		w.ready(ctx, w.role("a", v1alpha1.RoleTypeTask, named))
	})

	It("goes to one that waits for the other to be deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		older := w.ready(ctx, w.role("a", v1alpha1.RoleTypeTask, named))
		Expect(api.Delete(ctx, older)).To(Succeed())
		newer := w.create(ctx, w.role("b", v1alpha1.RoleTypeTask, named))
		expectNotReady(newer, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionReconciling, "being deleted")
		w.pass(ctx, older)
		w.settle(ctx, newer)
		expectReady(newer)
	})

	It("is not taken from the newer one that has it already", func(ctx context.Context) {
		w := newWorld(ctx)
		older := w.role("a", v1alpha1.RoleTypeTask, named, func(r *v1alpha1.ECSRole) {
			r.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"}
		})
		Expect(api.Create(ctx, older)).To(Succeed())
		newer := w.create(ctx, w.role("b", v1alpha1.RoleTypeTask, named))
		expectNotReady(newer, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled, w.namespace+"/a")
		w.delete(ctx, newer)
		Expect(w.sim.Roles()).To(BeEmpty(), "what it never had is not deleted")
	})

	It("is the home namespace's again when its object is replaced, whoever waited", func(ctx context.Context) {
		w := newWorld(ctx, everywhere, closeNames)
		victim := w.ready(ctx, w.role("vic", v1alpha1.RoleTypeTask))
		evil := w.newNamespace(ctx, nil)
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { openNames(a, evil) })
		squatter := w.create(ctx, w.role("squat", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Namespace, r.Spec.RoleName = evil, w.namespace+"_vic"
		}))
		expectNotReady(squatter, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled, "not available")
		Expect(condition(squatter, v1alpha1.ConditionReady).Message).NotTo(ContainSubstring("/vic"))

		w.delete(ctx, victim)
		w.restart()
		w.resync(ctx, squatter)
		expectNotReady(squatter, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled)
		w.ready(ctx, w.role("vic", v1alpha1.RoleTypeTask))
		w.resync(ctx, squatter)
		expectNotReady(squatter, v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled)
	})

	It("is free for no other namespace before its own makes it", func(ctx context.Context) {
		w := newWorld(ctx, everywhere, closeNames)
		evil := w.newNamespace(ctx, nil)
		for _, name := range []string{w.namespace + "_checkout", strings.ToUpper(w.namespace) + "_checkout", "checkout"} {
			squatter := w.create(ctx, w.role("squat-"+strings.ToLower(name[:1]), v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
				r.GenerateName, r.Name, r.Namespace, r.Spec.RoleName = "squat-", "", evil, name
			}))
			expectNotReady(squatter, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
				"spec.roleName", name, "spec.guardrails.names", "namePattern")
		}
		profile := w.create(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) {
			r.Namespace = evil
			r.Spec.InstanceProfile = &v1alpha1.InstanceProfile{Name: w.namespace + "_node"}
		}))
		expectNotReady(profile, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "spec.instanceProfile.name")
		Expect(w.writes()).To(BeEmpty())
		w.ready(ctx, w.role("checkout", v1alpha1.RoleTypeTask))
	})

	It("stays with an object that made it before a rule for its name was taken away", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("a", v1alpha1.RoleTypeTask, named))
		w.updateAccount(ctx, closeNames)
		w.iamRole("Shared")
		w.resync(ctx, role)
		expectReady(role)
		w.delete(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("is contested by no object that may not use the account", func(ctx context.Context) {
		w := newWorld(ctx)
		elsewhere := w.newNamespace(ctx, nil)
		squatter := w.role("a", v1alpha1.RoleTypeTask, named, func(r *v1alpha1.ECSRole) { r.Namespace = elsewhere })
		w.create(ctx, squatter)
		expectNotReady(squatter, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		w.ready(ctx, w.role("b", v1alpha1.RoleTypeTask, named))
	})
})
