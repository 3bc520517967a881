// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

var _ = Describe("creating a policy", func() {
	It("takes two reads, CreatePolicy with its owner tag, and one write an attachment", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.createPolicy(ctx, w.policy("orders", toUsers("ci-build"), toGroup("staff"),
			func(p *v1alpha1.ECSPolicy) { p.Spec.Tags = map[string]string{"team": "x"} }))

		expectReady(standing(object))
		Expect(w.reads()).To(Equal([]string{"GetPolicy", "ListPolicies"}))
		Expect(w.writes()).To(Equal([]string{"CreatePolicy", "AttachUserPolicy", "AttachGroupPolicy"}))
		Expect(w.attached(object)).To(Equal([]string{"group/staff", "user/ci-build"}))
		created, _ := w.iamPolicy(object)
		Expect(created.Document()).To(ContainSubstring("arn:aws:s3:::" + w.namespace + "-orders/*"))
		Expect(sortedTags(created.Tags)).To(Equal([]iamsim.Tag{
			{Key: v1alpha1.TagOwner, Value: clusterID + "/" + w.namespace + "/orders"}, {Key: "team", Value: "x"},
		}))
		Expect(object.Status.PolicyARN).To(Equal(policyARN(object)))
		Expect(object.Status.PolicyID).To(Equal(created.ID))
		Expect(object.Status.DefaultVersionID).To(Equal("v1"))
		Expect(object.Status.Attachments).To(Equal([]string{"group/staff", "user/ci-build"}))
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
		Expect(w.sim.Calls()[0].UserAgent).To(ContainSubstring("ECSPolicy"))
	})
})

var _ = Describe("a policy whose creation got no answer", func() {
	It("is found by its tag, and said to be created by the pass that finds it", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: propagation})
		w.sim.SetCrashHook(once(0, iamsim.After))
		object := w.createPolicy(ctx, w.policy("read"))
		expectReady(standing(object))
		Expect(w.writes()).To(HaveEach("CreatePolicy"))
		Expect(w.events.reasons()).To(ContainElement("Created"))
		Expect(w.events.reasons()).NotTo(ContainElement("Adopted"))
	})
})

var _ = Describe("a policy that is as declared", func() {
	It("costs two reads, as long as its version stays, and no write anywhere", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build")))
		version := object.ResourceVersion
		w.resyncPolicy(ctx, object)
		w.sim.ResetCalls()
		w.resyncPolicy(ctx, object)
		Expect(w.reads()).To(Equal([]string{"GetPolicy", "ListEntitiesForPolicy"}))
		Expect(w.writes()).To(BeEmpty())
		Expect(object.ResourceVersion).To(Equal(version))
	})

	It("is not written when a statement is only spelt in another way", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", func(p *v1alpha1.ECSPolicy) {
			p.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject", "s3:PutObject")}
		}))
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) {
			p.Spec.Statements = []v1alpha1.Statement{statement("s3:putobject", "S3:GetObject")}
		})
		Expect(w.writes()).To(BeEmpty())
		expectReady(standing(object))
	})

	It("is found although the account's default path changed", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		w.account.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/"}
		Expect(api.Update(ctx, w.account)).To(Succeed())
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(BeEmpty())
		Expect(object.Status.PolicyARN).To(Equal(policyARN(object)))
	})
})

var _ = Describe("changing the statements of a policy", func() {
	It("makes one version", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build")))
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) {
			p.Spec.Statements = []v1alpha1.Statement{statement("s3:PutObject")}
		})
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{"CreatePolicyVersion"}))
		Expect(object.Status.DefaultVersionID).To(Equal("v2"))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
	})

	It("deletes the oldest version but the default at the limit, and prunes nothing else", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		for i := range 6 {
			w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) {
				p.Spec.Statements = []v1alpha1.Statement{statement(v1alpha1.Action(fmt.Sprintf("s3:Get%d", i)))}
			})
		}
		expectReady(standing(object))
		Expect(iamsim.CountByAction(w.sim.Calls())).To(HaveKeyWithValue("CreatePolicyVersion", 6))
		Expect(iamsim.CountByAction(w.sim.Calls())).To(HaveKeyWithValue("DeletePolicyVersion", 2))
		stored, _ := w.iamPolicy(object)
		Expect(stored.Versions).To(HaveLen(5))
		Expect(stored.DefaultID).To(Equal("v7"))
	})

	It("makes room among versions that others made", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		for range 4 {
			w.newVersion(ctx, policyARN(object), allowAll, false)
		}
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) {
			p.Spec.Statements = []v1alpha1.Statement{statement("s3:PutObject")}
		})
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{"DeletePolicyVersion", "CreatePolicyVersion"}))
		stored, _ := w.iamPolicy(object)
		Expect(stored.DefaultID).To(Equal("v6"))
		Expect(stored.Versions[0].ID).To(Equal("v1"), "the default was not the oldest to go")
	})

	It("makes one version although the attachments changed a moment ago", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		for range 4 {
			w.newVersion(ctx, policyARN(object), allowAll, false)
		}
		w.resyncPolicy(ctx, object)
		object.Spec.AttachTo = &v1alpha1.AttachTo{Users: []v1alpha1.UserReference{{Name: "ci-build"}}}
		Expect(api.Update(ctx, object)).To(Succeed())
		w.passPolicy(ctx, object)
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) {
			p.Spec.Statements = []v1alpha1.Statement{statement("s3:PutObject")}
		})
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{"AttachUserPolicy", "DeletePolicyVersion", "CreatePolicyVersion"}))
	})
})

var _ = Describe("a policy that others change", func() {
	It("is attached again, and detached from those who are not declared", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build"), toGroup("staff")))
		w.detachUser(ctx, "ci-build", policyARN(object))
		w.attachUser(ctx, "admin", policyARN(object))
		w.strangerRole(ctx, "theirs")
		w.attach(ctx, "theirs", policyARN(object))
		w.resyncPolicy(ctx, object)
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{"AttachUserPolicy", "DetachUserPolicy", "DetachRolePolicy"}))
		Expect(w.attached(object)).To(Equal([]string{"group/staff", "user/ci-build"}))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
	})

	It("keeps the attachments that are ignored", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", ignoring("role/their*", "user/ADMIN")))
		w.attachUser(ctx, "admin", policyARN(object))
		w.strangerRole(ctx, "theirs")
		w.attach(ctx, "theirs", policyARN(object))
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.attached(object)).To(Equal([]string{"role/theirs", "user/admin"}))
	})

	It("keeps the roles whose ECSRoles refer to it, and takes it from one that refers no more", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: "orders"}}}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		w.strangerRole(ctx, nameOf(role))
		w.attach(ctx, nameOf(role), policyARN(object))
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(BeEmpty())
		Expect(object.Status.Attachments).To(Equal([]string{"role/" + nameOf(role)}))

		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.ManagedPolicies = nil })
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(Equal([]string{"DetachRolePolicy"}))
	})

	It("gets its document and its tags back", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		arn, key, value := policyARN(object), "team", "theirs"
		_, err := w.aws.TagPolicy(ctx, &sdk.TagPolicyInput{PolicyArn: &arn, Tags: []types.Tag{{Key: &key, Value: &value}}})
		Expect(err).NotTo(HaveOccurred())
		w.newVersion(ctx, arn, allowAll, true)
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(ConsistOf("UntagPolicy", "CreatePolicyVersion"))
		stored, _ := w.iamPolicy(object)
		Expect(stored.Document()).NotTo(ContainSubstring(`"*"`))
		Expect(stored.Tags).To(HaveLen(1))
	})

	It("is created and attached again when it was deleted", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build")))
		arn := policyARN(object)
		w.detachUser(ctx, "ci-build", arn)
		_, err := w.aws.DeletePolicy(ctx, &sdk.DeletePolicyInput{PolicyArn: &arn})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		w.resyncPolicy(ctx, object)
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{"CreatePolicy", "AttachUserPolicy"}))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
	})

	It("is left as it is with the tag hold, and under Observe", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		arn, key, value := policyARN(object), v1alpha1.TagHold, "incident"
		_, err := w.aws.TagPolicy(ctx, &sdk.TagPolicyInput{PolicyArn: &arn, Tags: []types.Tag{{Key: &key, Value: &value}}})
		Expect(err).NotTo(HaveOccurred())
		w.attachUser(ctx, "admin", arn)
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(BeEmpty())
		Expect(condition(standing(object), v1alpha1.ConditionDrifted).Reason).To(Equal(string(v1alpha1.ReasonHeld)))

		_, err = w.aws.UntagPolicy(ctx, &sdk.UntagPolicyInput{PolicyArn: &arn, TagKeys: []string{key}})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) { p.Spec.ReconcilePolicy = v1alpha1.ReconcileObserve })
		w.resyncPolicy(ctx, object)
		Expect(w.writes()).To(BeEmpty())
		expectNotReady(standing(object), v1alpha1.ReasonDrifted, v1alpha1.ConditionStalled, "user admin")
		Expect(object.Status.Plan.Operations).To(ConsistOf(HaveField("Message", ContainSubstring("detach the policy from user admin"))))
	})
})

var _ = Describe("what a policy may not be", func() {
	It("refuses users and groups that the account does not allow, before any write", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.createPolicy(ctx, w.policy("orders", toUsers("admin", "ci-build"), toGroup("admins")))
		expectNotReady(standing(object), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
			"spec.attachTo.users[0].name", "spec.attachTo.groups[0].name", "spec.guardrails.attachTo")
		Expect(condition(standing(object), v1alpha1.ConditionReady).Message).NotTo(ContainSubstring("users[1]"))
		Expect(w.writes()).To(BeEmpty())
	})

	It("attaches to nobody when the account has no guardrail for it", func(ctx context.Context) {
		w := newWorld(ctx)
		w.people(ctx)
		object := w.createPolicy(ctx, w.policy("orders", toUsers("ci-build")))
		expectNotReady(standing(object), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled, "ci-build")
		Expect(w.writes()).To(BeEmpty())
	})

	It("refuses a document that is too long", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.createPolicy(ctx, w.policy("orders", func(p *v1alpha1.ECSPolicy) {
			for i := range 4 {
				p.Spec.Statements = append(p.Spec.Statements, v1alpha1.Statement{
					Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
					Resources: []v1alpha1.ResourcePattern{
						v1alpha1.ResourcePattern(fmt.Sprintf("arn:aws:s3:::%d%s", i, strings.Repeat("x", 1600))),
					},
				})
			}
		}))
		expectNotReady(standing(object), v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled, "spec.statements", "6144")
		Expect(w.writes()).To(BeEmpty())
	})

	It("names the user and the group that do not exist, and applies the rest", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.createPolicy(ctx, w.policy("orders", toUsers("ci-build", "missing"), toGroup("missing")))
		expectNotReady(standing(object), v1alpha1.ReasonNotFoundInAWS, v1alpha1.ConditionStalled,
			"user missing", "group missing")
		Expect(w.attached(object)).To(Equal([]string{"user/ci-build"}))
	})

	It("lets one of two objects have a name, whatever its case, and never the other by waiting", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		first := w.readyPolicy(ctx, w.policy("a", func(p *v1alpha1.ECSPolicy) { p.Spec.PolicyName = "shared" }))
		second := w.createPolicy(ctx, w.policy("b", func(p *v1alpha1.ECSPolicy) { p.Spec.PolicyName = "Shared" }))
		expectNotReady(standing(second), v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled, w.namespace+"/a")
		Expect(w.writes()).To(BeEmpty())

		w.deletePolicy(ctx, first)
		Expect(policyExists(ctx, first)).To(BeFalse())
		w.settlePolicy(ctx, second)
		expectNotReady(standing(second), v1alpha1.ReasonNameTaken, v1alpha1.ConditionStalled)
		w.readyPolicy(ctx, w.policy("a", func(p *v1alpha1.ECSPolicy) { p.Spec.PolicyName = "shared" }))
	})

	It("does not squat on the names of another namespace", func(ctx context.Context) {
		w := newWorld(ctx, everywhere, closeNames)
		squatter := w.policy("squat", func(p *v1alpha1.ECSPolicy) {
			p.Namespace, p.Spec.PolicyName = w.newNamespace(ctx, nil), w.namespace+"_orders"
		})
		w.createPolicy(ctx, squatter)
		expectNotReady(standing(squatter), v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled,
			"belongs to namespace "+w.namespace, "spec.guardrails.names", "kinds: [ECSPolicy]")
		w.readyPolicy(ctx, w.policy("orders"))
	})

	It("refuses a policy of others, under another path and in another case too", func(ctx context.Context) {
		for _, path := range []string{"/", "/legacy/"} {
			w := newPolicyWorld(ctx)
			w.strangerPolicy(ctx, strings.ToUpper(w.namespace)+"_Orders", path, allowAll)
			object := w.createPolicy(ctx, w.policy("orders"))
			expectNotReady(standing(object), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "without the tag")
			w.deletePolicy(ctx, object)
			Expect(policyExists(ctx, object)).To(BeFalse())
			Expect(w.writes()).To(BeEmpty())
		}
	})

	It("reports a user that reached the quota of attachments, and applies the rest", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		for i := range 10 {
			w.attachUser(ctx, "ci-build", w.strangerPolicy(ctx, fmt.Sprint("p", i), "/", allowAll))
		}
		object := w.createPolicy(ctx, w.policy("orders", toUsers("ci-build", "ci-deploy")))
		expectNotReady(standing(object), v1alpha1.ReasonLimitExceeded, v1alpha1.ConditionStalled, "user ci-build")
		Expect(w.attached(object)).To(Equal([]string{"user/ci-deploy"}))
	})

	It("says which file has the permissions for users", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		w.sim.Deny("AttachUserPolicy")
		object := w.createPolicy(ctx, w.policy("orders", toUsers("ci-build"), toGroup("staff")))
		expectNotReady(standing(object), v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "user-group-policy.json")
		Expect(w.attached(object)).To(Equal([]string{"group/staff"}))
	})
})

var _ = Describe("adopting a policy", func() {
	adopt := func(consent v1alpha1.AdoptionPolicy) func(*v1alpha1.ECSPolicy) {
		return func(p *v1alpha1.ECSPolicy) { p.Spec.AdoptionPolicy = consent }
	}

	It("needs the consent of the account", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		w.strangerPolicy(ctx, w.namespace+"_orders", "/", allowAll)
		object := w.createPolicy(ctx, w.policy("orders", adopt(v1alpha1.AdoptionAdopt)))
		expectNotReady(standing(object), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "spec.adoption.allow")
		Expect(w.writes()).To(BeEmpty())
	})

	It("tags first, takes it from those who are not declared, and makes it equal", func(ctx context.Context) {
		w := newPolicyWorld(ctx, adopting)
		arn := w.strangerPolicy(ctx, w.namespace+"_orders", "/", allowAll)
		w.attachUser(ctx, "admin", arn)
		object := w.createPolicy(ctx, w.policy("orders", adopt(v1alpha1.AdoptionAdopt), toUsers("ci-build")))
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{
			"TagPolicy", "DetachUserPolicy", "CreatePolicyVersion", "AttachUserPolicy",
		}))
		Expect(w.events.reasons()).To(Equal([]string{"Adopted"}))
	})

	It("of one that differs is refused with IfEqual", func(ctx context.Context) {
		w := newPolicyWorld(ctx, adopting)
		w.strangerPolicy(ctx, w.namespace+"_orders", "/", allowAll)
		object := w.createPolicy(ctx, w.policy("orders", adopt(v1alpha1.AdoptionIfEqual)))
		expectNotReady(standing(object), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "IfEqual")
		Expect(w.writes()).To(BeEmpty())
	})

	It("takes over what a former cluster id owns", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		arn, key, value := policyARN(object), v1alpha1.TagOwner, "old/"+w.namespace+"/orders"
		_, err := w.aws.TagPolicy(ctx, &sdk.TagPolicyInput{PolicyArn: &arn, Tags: []types.Tag{{Key: &key, Value: &value}}})
		Expect(err).NotTo(HaveOccurred())
		w.resyncPolicy(ctx, object)
		expectNotReady(standing(object), v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "is not available")
		w.account.Spec.FormerClusterIDs = []v1alpha1.ClusterID{"old"}
		Expect(api.Update(ctx, w.account)).To(Succeed())
		w.sim.ResetCalls()
		w.resyncPolicy(ctx, object)
		expectReady(standing(object))
		Expect(w.writes()).To(Equal([]string{"TagPolicy"}))
	})
})
