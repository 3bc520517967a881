// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const trustOfEC2 = `{"Version":"2012-10-17","Statement":{"Effect":"Allow",` +
	`"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`

// strangerRole creates a role behind the controller's back.
func (w *world) strangerRole(ctx context.Context, name string, tags ...types.Tag) {
	GinkgoHelper()
	_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(trustOfEC2), Tags: tags,
	})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

// strangerProfile creates an instance profile behind the controller's back and puts a role into it.
func (w *world) strangerProfile(ctx context.Context, profile, role string) {
	GinkgoHelper()
	_, err := w.aws.CreateInstanceProfile(ctx, &sdk.CreateInstanceProfileInput{InstanceProfileName: &profile})
	Expect(err).NotTo(HaveOccurred())
	_, err = w.aws.AddRoleToInstanceProfile(ctx,
		&sdk.AddRoleToInstanceProfileInput{InstanceProfileName: &profile, RoleName: &role})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

func (w *world) tagInAWS(ctx context.Context, role, key, value string) {
	GinkgoHelper()
	_, err := w.aws.TagRole(ctx, &sdk.TagRoleInput{RoleName: &role, Tags: []types.Tag{{Key: &key, Value: &value}}})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

func (w *world) untagInAWS(ctx context.Context, role, key string) {
	GinkgoHelper()
	_, err := w.aws.UntagRole(ctx, &sdk.UntagRoleInput{RoleName: &role, TagKeys: []string{key}})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

// passesUntilGone makes passes, each when the last one asked for it, until the object is gone. It fails after 20.
func (w *world) passesUntilGone(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	for range 20 {
		wait := w.pass(ctx, role).RequeueAfter
		if !exists(ctx, keyOf(role)) {
			return
		}
		Expect(wait).To(BeNumerically(">", 0), "nothing is planned for %s: %v", role.Name, role.Status.Conditions)
		w.clock.Step(wait)
	}
	Fail("the object does not go: " + condition(role, v1alpha1.ConditionReady).Message)
}

func retained(role *v1alpha1.ECSRole) { role.Spec.DeletionPolicy = v1alpha1.DeletionRetain }

func observed(role *v1alpha1.ECSRole) { role.Spec.ReconcilePolicy = v1alpha1.ReconcileObserve }

func annotated(key string) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) { metav1.SetMetaDataAnnotation(&role.ObjectMeta, key, "true") }
}

// ownerOf is the owner tag of a role in AWS.
func (w *world) ownerOf(name string) string {
	GinkgoHelper()
	role := w.iamRole(name)
	owner, _ := role.Tag(v1alpha1.TagOwner)
	return owner
}

// expectReleased expects a role to be in AWS with the tag released in place of the owner tag.
func (w *world) expectReleased(name, owner string) {
	GinkgoHelper()
	kept := w.iamRole(name)
	_, owned := kept.Tag(v1alpha1.TagOwner)
	Expect(owned).To(BeFalse())
	released, _ := kept.Tag(v1alpha1.TagReleased)
	Expect(released).To(Equal(owner))
}

var _ = Describe("deleting a role", func() {
	It("reads no document of an inline policy that is all there is", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.clock.Step(time.Hour)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.reads()).To(Equal([]string{
			"GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "ListInstanceProfilesForRole",
		}))
		Expect(w.writes()).To(Equal([]string{"DeleteRolePolicy", "DeleteRole"}))
	})
})

var _ = Describe("deleting an object that owns nothing", func() {
	It("leaves a role of the same name that another object owns", func(ctx context.Context) {
		w := newWorld(ctx)
		name := w.namespace + "_app"
		w.strangerRole(ctx, name, types.Tag{Key: aws.String(v1alpha1.TagOwner), Value: aws.String("other/team/app")})
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "is not available")
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		Expect(w.ownerOf(name)).To(Equal("other/team/app"))
		Expect(w.events.reasons()).NotTo(ContainElement("Deleted"))
	})

	It("leaves an untagged role that was to be adopted without the account's consent", func(ctx context.Context) {
		w := newWorld(ctx)
		name := w.namespace + "_app"
		w.strangerRole(ctx, name)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.AdoptionPolicy = v1alpha1.AdoptionAdopt
		}))
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		w.iamRole(name)
	})

	It("leaves a profile of the same name that is not ours, and deletes the role", func(ctx context.Context) {
		w := newWorld(ctx)
		name := w.namespace + "_node"
		w.strangerRole(ctx, "theirs")
		w.strangerProfile(ctx, name, "theirs")
		role := w.create(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, name)
		w.clock.Step(time.Minute)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(HaveLen(1))
		Expect(w.sim.In(w.sim.AccountID()).InstanceProfiles()).To(HaveLen(1))
	})

	It("deletes a role whose spec has become invalid meanwhile", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.PermissionsBoundary = "arn:{nowhere}:iam::{accountID}:policy/b" })
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("lets an object go at once whose role somebody deleted in AWS already", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		name := nameOf(role)
		_, err := w.aws.DeleteRole(ctx, &sdk.DeleteRoleInput{RoleName: &name})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		w.clock.Step(time.Minute)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.reasons()).To(BeEmpty())
	})

	It("deletes what others put into our role along with it, denials last", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		name := nameOf(role)
		_, err := w.aws.PutRolePolicy(ctx, &sdk.PutRolePolicyInput{
			RoleName: &name, PolicyName: aws.String("lockdown"),
			PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`),
		})
		Expect(err).NotTo(HaveOccurred())
		_, err = w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: &name, PolicyArn: aws.String(s3ReadOnly)})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
		// What was not read may deny, so it goes after what only allows and before what only denies.
		Expect(w.writes()).To(Equal([]string{"DeleteRolePolicy", "DetachRolePolicy", "DeleteRolePolicy", "DeleteRole"}))
		Expect(iamsim.Writes(w.sim.Calls())[2].Param("PolicyName")).To(Equal("lockdown"))
	})
})

var _ = Describe("deleting with the role left in AWS", func() {
	It("is what reconcilePolicy Observe means, with an event that says why", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		w.update(ctx, role, observed)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.writes()).To(Equal([]string{"TagRole", "UntagRole"}))
		w.expectReleased(nameOf(role), clusterID+"/"+w.namespace+"/app")
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(HaveLen(1))
		Expect(w.events.reasons()).To(Equal([]string{"Released"}))
		Expect(w.events.list[0].note).To(ContainSubstring("reconcilePolicy is Observe"))
	})

	It("marks role and profile as released", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, retained))
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.expectReleased(nameOf(role), clusterID+"/"+w.namespace+"/node")
		profile := w.sim.In(w.sim.AccountID()).InstanceProfiles()[0]
		Expect(profile.Role).To(Equal(nameOf(role)))
		_, owned := profile.Tag(v1alpha1.TagOwner)
		Expect(owned).To(BeFalse())
	})

	It("needs no access to AWS under deletionPolicy Retain", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, retained))
		w.sim.Deny("GetRole")
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.list[0].note).To(And(ContainSubstring("owner tag included"), ContainSubstring("iam:GetRole")))
	})

	It("needs no permission to change the tags under deletionPolicy Retain", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, retained))
		w.sim.Deny("TagRole", "UntagRole")
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.ownerOf(nameOf(role))).To(Equal(clusterID + "/" + w.namespace + "/app"))
	})

	It("waits a few passes for an AWS that is down before it lets go without changing the tags", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, retained))
		w.sim.Fail("GetRole", "Throttling", -1, nil)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeTrue())
		w.passesUntilGone(ctx, role)
		w.iamRole(nameOf(role))
		Expect(w.events.reasons()).To(ContainElement("Released"))
	})

	It("needs no AWSAccount under deletionPolicy Retain", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, retained))
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.iamRole(nameOf(role))
		Expect(w.sim.Calls()).To(BeEmpty())
	})

	It("is what deleting the CustomResourceDefinition means, with an event that says so", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.roles.APIReader = terminatingCRD{api}
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.expectReleased(nameOf(role), clusterID+"/"+w.namespace+"/app")
		Expect(w.events.reasons()).To(Equal([]string{"Released"}))
		Expect(w.events.list[0].note).To(ContainSubstring("CustomResourceDefinition is being deleted"))
	})

	It("marks a role that was created a moment ago, although AWS does not show it yet", func(ctx context.Context) {
		for _, restarted := range []bool{false, true} {
			w := newWorld(ctx)
			w.sim.SetConsistencyLag(iamsim.Lag{Duration: 5 * time.Second})
			role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, retained))
			if restarted {
				w.restart()
			}
			Expect(api.Delete(ctx, role)).To(Succeed())
			w.passesUntilGone(ctx, role)
			w.expectReleased(nameOf(role), clusterID+"/"+w.namespace+"/app")
		}
	})
})

// terminatingCRD reads the CustomResourceDefinition as one that is being deleted.
type terminatingCRD struct{ client.Reader }

func (t terminatingCRD) Get(ctx context.Context, key client.ObjectKey, o client.Object, options ...client.GetOption) error {
	err := t.Reader.Get(ctx, key, o, options...)
	if _, ok := o.(*metav1.PartialObjectMetadata); ok {
		now := metav1.Now()
		o.SetDeletionTimestamp(&now)
	}
	return err
}

var _ = Describe("letting go of an object", func() {
	It("does not happen while it is paused: the finalizer holds", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, annotated(v1alpha1.AnnotationPaused))
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeTrue())
		Expect(w.sim.Calls()).To(BeEmpty())
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Annotations = nil })
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("tells of the approval to abandon when the AWSAccount is gone, and obeys it without asking AWS", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonAccountNotFound, v1alpha1.ConditionReconciling,
			v1alpha1.KindECSChangeApproval, "Abandon")
		w.approve(ctx, role, v1alpha1.ApproveAbandon)
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Calls()).To(BeEmpty())
		w.iamRole(nameOf(role))
		Expect(w.events.reasons()).To(ContainElement("Released"))
	})

	It("does not follow from an approval to abandon before the object is deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.approve(ctx, role, v1alpha1.ApproveAbandon)
		w.resync(ctx, role)
		Expect(role.Finalizers).To(ContainElement(v1alpha1.Finalizer))
		w.iamRole(nameOf(role))
	})

	It("waits while the tag hold is on the role, and goes on when the tag is gone", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.tagInAWS(ctx, nameOf(role), v1alpha1.TagHold, "incident 7")
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled, v1alpha1.TagHold, "deletionPolicy")
		Expect(w.writes()).To(BeEmpty())
		w.untagInAWS(ctx, nameOf(role), v1alpha1.TagHold)
		w.passesUntilGone(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("waits while the role is in an instance profile that is not ours, and goes on when it is out", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, withStatement))
		name := nameOf(role)
		w.strangerProfile(ctx, "theirs", name)
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled, "theirs")
		Expect(w.writes()).To(BeEmpty())
		_, err := w.aws.RemoveRoleFromInstanceProfile(ctx,
			&sdk.RemoveRoleFromInstanceProfileInput{InstanceProfileName: aws.String("theirs"), RoleName: &name})
		Expect(err).NotTo(HaveOccurred())
		w.passesUntilGone(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
		Expect(w.sim.In(w.sim.AccountID()).InstanceProfiles()).To(HaveLen(1))
	})

	It("heals from blocked deletion by deletionPolicy Retain", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.tagInAWS(ctx, nameOf(role), v1alpha1.TagHold, "incident 7")
		w.delete(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled)
		w.update(ctx, role, retained)
		w.pass(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.expectReleased(nameOf(role), clusterID+"/"+w.namespace+"/app")
	})

	It("asks nobody for help while AWS has not noticed that the last policy is detached", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("exec", v1alpha1.RoleTypeTaskExecution, withStatement))
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 5 * time.Second, Writes: true})
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeTrue())
		Expect(condition(role, v1alpha1.ConditionStalled)).To(BeNil())
		Expect(condition(role, v1alpha1.ConditionReconciling)).NotTo(BeNil())
		began := w.clock.Now()
		w.passesUntilGone(ctx, role)
		Expect(w.clock.Since(began)).To(BeNumerically("<", time.Minute))
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("asks a person for help when AWS goes on to say that the role is in use", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.Fail("DeleteRole", "DeleteConflict", -1, nil)
		w.delete(ctx, role)
		for range 8 {
			w.clock.Step(w.pass(ctx, role).RequeueAfter)
		}
		w.pass(ctx, role)
		expectNotReady(role, v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled, "DeleteConflict")
		w.sim.ClearFaults()
		w.passesUntilGone(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
	})
})

var _ = Describe("deleting a role right after its creation, while AWS does not show it yet", func() {
	for sentence, meanwhile := range map[string]func(context.Context, *world, *v1alpha1.ECSRole){
		"leaves no orphan":                                func(context.Context, *world, *v1alpha1.ECSRole) {},
		"leaves no orphan after a restart":                func(_ context.Context, w *world, _ *v1alpha1.ECSRole) { w.restart() },
		"leaves no orphan after a restart without status": restartWithoutStatus,
	} {
		It(sentence, func(ctx context.Context) {
			for _, kind := range []v1alpha1.RoleType{v1alpha1.RoleTypeTask, v1alpha1.RoleTypeContainerInstance} {
				w := newWorld(ctx)
				w.sim.SetConsistencyLag(iamsim.Lag{Duration: 20 * time.Second})
				role := w.create(ctx, w.role("app", kind, withStatement))
				w.iamRole(nameOf(role))
				meanwhile(ctx, w, role)
				Expect(api.Delete(ctx, role)).To(Succeed())
				w.passesUntilGone(ctx, role)
				Expect(w.sim.In(w.sim.AccountID()).Empty()).To(BeTrue())
			}
		})
	}

	It("leaves no orphan when the answer to CreateRole was lost", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 20 * time.Second})
		role := w.role("app", v1alpha1.RoleTypeTask)
		w.clock.Step(time.Hour) // long after the controller began
		w.sim.SetCrashHook(func(_ iamsim.Call, m iamsim.Moment) bool { return m == iamsim.After })
		w.create(ctx, role)
		w.sim.SetCrashHook(nil)
		w.iamRole(nameOf(role))
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonUnavailable)))
		Expect(api.Delete(ctx, role)).To(Succeed())
		w.passesUntilGone(ctx, role)
		Expect(w.sim.Roles()).To(BeEmpty())
	})
})

// restartWithoutStatus restarts the controller as if it had been killed after its last call to AWS and before it wrote the
// status.
func restartWithoutStatus(ctx context.Context, w *world, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	before := role.DeepCopy()
	role.Status = v1alpha1.ECSRoleStatus{SharedStatus: v1alpha1.SharedStatus{ObservedGeneration: -1, Conditions: []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionUnknown, Reason: string(v1alpha1.ReasonPending),
		Message: "not looked at yet", LastTransitionTime: metav1.NewTime(w.clock.Now()),
	}}}}
	Expect(api.Status().Patch(ctx, role, client.MergeFrom(before))).To(Succeed())
	w.restart()
}
