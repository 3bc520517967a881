// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	roleOfECS  = "AWSServiceRoleForECS"
	ecsCluster = "arn:aws:ecs:eu-west-1:111122223333:cluster/prod"
)

// linkedRole returns an ECSServiceLinkedRole of the world for ECS, changed by tweaks; it is not created yet.
func (w *world) linkedRole(tweaks ...func(*v1alpha1.ECSServiceLinkedRole)) *v1alpha1.ECSServiceLinkedRole {
	slr := &v1alpha1.ECSServiceLinkedRole{
		ObjectMeta: metav1.ObjectMeta{Name: w.namespace},
		Spec: v1alpha1.ECSServiceLinkedRoleSpec{
			Service: v1alpha1.LinkedServiceECS, AccountRef: v1alpha1.AccountReference{Name: w.account.Name},
		},
	}
	for _, tweak := range tweaks {
		tweak(slr)
	}
	return slr
}

func (w *world) createLinked(
	ctx context.Context, tweaks ...func(*v1alpha1.ECSServiceLinkedRole),
) *v1alpha1.ECSServiceLinkedRole {
	GinkgoHelper()
	slr := w.linkedRole(tweaks...)
	store(ctx, slr)
	w.passLinked(ctx, slr)
	return slr
}

// store creates an object until the spec ends: all worlds have the same account and could meet each other's objects.
func store(ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole) {
	GinkgoHelper()
	Expect(api.Create(ctx, slr)).To(Succeed())
	DeferCleanup(func(ctx context.Context) {
		left := &v1alpha1.ECSServiceLinkedRole{ObjectMeta: metav1.ObjectMeta{Name: slr.Name}}
		Expect(client.IgnoreNotFound(api.Delete(ctx, left))).To(Succeed())
		unheld := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
		Expect(client.IgnoreNotFound(api.Patch(ctx, left, unheld))).To(Succeed())
	})
}

// passLinked makes one pass, reads the object again when it still exists, and checks that its status conforms.
func (w *world) passLinked(ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole) ctrl.Result {
	GinkgoHelper()
	key := client.ObjectKeyFromObject(slr)
	result, err := w.linked.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	Expect(err).NotTo(HaveOccurred())
	if linkedExists(ctx, slr) {
		Expect(api.Get(ctx, key, slr)).To(Succeed())
		expectConforming(slr, slr.Status.ObservedGeneration, slr.Status.Conditions)
	}
	return result
}

func linkedExists(ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole) bool {
	GinkgoHelper()
	err := api.Get(ctx, client.ObjectKeyFromObject(slr), &v1alpha1.ECSServiceLinkedRole{})
	Expect(client.IgnoreNotFound(err)).To(Succeed())
	return err == nil
}

// settleLinked makes passes, each when the last one asked for it, until the object is gone or the next is due only in
// minutes.
func (w *world) settleLinked(ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole) {
	GinkgoHelper()
	for range 20 {
		wait := w.passLinked(ctx, slr).RequeueAfter
		if wait == 0 || wait >= 5*time.Minute {
			return
		}
		w.clock.Step(wait)
	}
	Fail("the object does not settle: " + linkedReady(slr).Message)
}

// readyLinked creates an object, settles it and expects it to be Ready.
func (w *world) readyLinked(
	ctx context.Context, tweaks ...func(*v1alpha1.ECSServiceLinkedRole),
) *v1alpha1.ECSServiceLinkedRole {
	GinkgoHelper()
	slr := w.createLinked(ctx, tweaks...)
	w.settleLinked(ctx, slr)
	Expect(linkedReady(slr).Status).To(Equal(metav1.ConditionTrue), linkedReady(slr).Message)
	w.sim.ResetCalls()
	w.events.reset()
	return slr
}

func (w *world) deleteLinked(ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole) ctrl.Result {
	GinkgoHelper()
	Expect(api.Delete(ctx, slr)).To(Succeed())
	return w.passLinked(ctx, slr)
}

func (w *world) updateLinked(
	ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole, change func(*v1alpha1.ECSServiceLinkedRole),
) {
	GinkgoHelper()
	before := slr.DeepCopy()
	change(slr)
	Expect(api.Patch(ctx, slr, client.MergeFrom(before))).To(Succeed())
}

func linkedReady(slr *v1alpha1.ECSServiceLinkedRole) *metav1.Condition {
	GinkgoHelper()
	c := meta.FindStatusCondition(slr.Status.Conditions, v1alpha1.ConditionReady)
	Expect(c).NotTo(BeNil())
	return c
}

func expectLinkedStalled(slr *v1alpha1.ECSServiceLinkedRole, reason v1alpha1.Reason, parts ...string) {
	GinkgoHelper()
	c := linkedReady(slr)
	Expect(c.Status).To(Equal(metav1.ConditionFalse))
	Expect(c.Reason).To(Equal(string(reason)), c.Message)
	Expect(meta.IsStatusConditionTrue(slr.Status.Conditions, v1alpha1.ConditionStalled)).To(BeTrue())
	for _, part := range parts {
		Expect(c.Message).To(ContainSubstring(part))
	}
}

// ecsCreatesItsRole is what ECS does with the first cluster of an account.
func (w *world) ecsCreatesItsRole(ctx context.Context) {
	GinkgoHelper()
	_, err := w.aws.CreateServiceLinkedRole(ctx,
		&sdk.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("ecs.amazonaws.com")})
	Expect(err).NotTo(HaveOccurred())
}

// ecsDeletesItsRole is what ECS does with the last cluster of an account.
func (w *world) ecsDeletesItsRole(ctx context.Context) {
	GinkgoHelper()
	w.sim.SetServiceLinkedRoleDeletionPolls(0)
	out, err := w.aws.DeleteServiceLinkedRole(ctx, &sdk.DeleteServiceLinkedRoleInput{RoleName: aws.String(roleOfECS)})
	Expect(err).NotTo(HaveOccurred())
	_, err = w.aws.GetServiceLinkedRoleDeletionStatus(ctx,
		&sdk.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: out.DeletionTaskId})
	Expect(err).NotTo(HaveOccurred())
	_, there := w.sim.Role(roleOfECS)
	Expect(there).To(BeFalse())
	w.sim.ResetCalls()
}

func deletedWithTheObject(slr *v1alpha1.ECSServiceLinkedRole) {
	slr.Spec.DeletionPolicy = v1alpha1.DeletionDelete
}

func taggedTeam(slr *v1alpha1.ECSServiceLinkedRole) {
	slr.Spec.Tags = map[string]string{"team": "platform"}
}

var _ = Describe("ensuring a service-linked role", func() {
	It("creates an absent one with one read and one write", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.createLinked(ctx)
		w.settleLinked(ctx, slr)
		Expect(linkedReady(slr).Status).To(Equal(metav1.ConditionTrue))
		Expect(w.reads()).To(Equal([]string{"GetRole"}))
		Expect(w.writes()).To(Equal([]string{"CreateServiceLinkedRole"}))
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
		role := w.iamRole(roleOfECS)
		Expect(slr.Status.RoleARN).To(Equal(
			"arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"))
		Expect(slr.Status.RoleID).To(Equal(role.ID))
		Expect(slr.Status.RoleName).To(Equal(roleOfECS))
		Expect(slr.Status.AccountID).To(Equal("111122223333"))
		_, owned := role.Tag(v1alpha1.TagOwner)
		Expect(owned).To(BeFalse())
	})

	DescribeTable("knows the role of every service", func(ctx context.Context, service v1alpha1.LinkedService, name string) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, func(slr *v1alpha1.ECSServiceLinkedRole) { slr.Spec.Service = service })
		Expect(slr.Status.RoleName).To(Equal(name))
		w.iamRole(name)
	},
		Entry(nil, v1alpha1.LinkedServiceECS, roleOfECS),
		Entry(nil, v1alpha1.LinkedServiceECSCompute, "AWSServiceRoleForECSCompute"),
		Entry(nil, v1alpha1.LinkedServiceApplicationAutoScaling, "AWSServiceRoleForApplicationAutoScaling_ECSService"),
		Entry(nil, v1alpha1.LinkedServiceAutoScaling, "AWSServiceRoleForAutoScaling"),
		Entry(nil, v1alpha1.LinkedServiceEC2Spot, "AWSServiceRoleForEC2Spot"),
	)

	It("sets the tags of a new one with a second write", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.createLinked(ctx, taggedTeam, func(slr *v1alpha1.ECSServiceLinkedRole) { slr.Spec.Description = "ours" })
		w.settleLinked(ctx, slr)
		Expect(w.reads()).To(Equal([]string{"GetRole"}))
		Expect(w.writes()).To(Equal([]string{"CreateServiceLinkedRole", "TagRole"}))
		role := w.iamRole(roleOfECS)
		Expect(role.Description).To(Equal("ours"))
		team, _ := role.Tag("team")
		Expect(team).To(Equal("platform"))
	})

	It("takes one that exists as it is, with one read and no write", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ecsCreatesItsRole(ctx)
		w.tagInAWS(ctx, roleOfECS, "cost-center", "42")
		slr := w.createLinked(ctx)
		Expect(linkedReady(slr).Status).To(Equal(metav1.ConditionTrue))
		Expect(w.reads()).To(Equal([]string{"GetRole"}))
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.reasons()).To(BeEmpty())
		Expect(slr.Status.RoleID).To(Equal(w.iamRole(roleOfECS).ID))
	})

	It("changes the description and the listed tags only, and removes no tag", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ecsCreatesItsRole(ctx)
		w.tagInAWS(ctx, roleOfECS, "cost-center", "42")
		w.tagInAWS(ctx, roleOfECS, "team", "nobody")
		slr := w.readyLinked(ctx, taggedTeam, func(slr *v1alpha1.ECSServiceLinkedRole) { slr.Spec.Description = "ours" })
		role := w.iamRole(roleOfECS)
		Expect(role.Description).To(Equal("ours"))
		Expect(role.Tags).To(HaveLen(2))
		w.updateLinked(ctx, slr, func(slr *v1alpha1.ECSServiceLinkedRole) { slr.Spec.Tags, slr.Spec.Description = nil, "" })
		w.settleLinked(ctx, slr)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.iamRole(roleOfECS).Description).To(Equal("ours"))
	})

	It("corrects drift of what is ours, with an event", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, taggedTeam)
		w.untagInAWS(ctx, roleOfECS, "team")
		w.clock.Step(11 * time.Minute)
		w.passLinked(ctx, slr)
		Expect(w.writes()).To(Equal([]string{"TagRole"}))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
		Expect(linkedReady(slr).Status).To(Equal(metav1.ConditionTrue))
	})

	It("is content with one that ECS creates between its look and its call", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: 5 * time.Second})
		w.ecsCreatesItsRole(ctx) // which AWS does not show yet
		w.sim.ResetCalls()
		slr := w.createLinked(ctx, taggedTeam)
		Expect(linkedReady(slr).Reason).To(Equal(string(v1alpha1.ReasonProgressing)), linkedReady(slr).Message)
		Expect(w.writes()).To(Equal([]string{"CreateServiceLinkedRole"}))
		w.settleLinked(ctx, slr)
		Expect(linkedReady(slr).Status).To(Equal(metav1.ConditionTrue))
		Expect(w.events.reasons()).To(Equal([]string{"Updated"}))
		role := w.iamRole(roleOfECS)
		team, _ := role.Tag("team")
		Expect(team).To(Equal("platform"))
	})

	It("goes on at once where AWS shows the role when it says that it exists", func(ctx context.Context) {
		w := newWorld(ctx)
		w.ecsCreatesItsRole(ctx)
		w.sim.FailNth("GetRole", 1, "NoSuchEntity")
		w.sim.ResetCalls()
		slr := w.createLinked(ctx)
		Expect(linkedReady(slr).Status).To(Equal(metav1.ConditionTrue), linkedReady(slr).Message)
		Expect(w.reads()).To(Equal([]string{"GetRole", "GetRole"}))
		Expect(w.events.reasons()).To(BeEmpty())
	})

	It("creates one again that ECS deleted, which is no drift", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx)
		for range 5 {
			w.clock.Step(11 * time.Minute)
			w.ecsDeletesItsRole(ctx)
			w.settleLinked(ctx, slr)
			Expect(w.writes()).To(Equal([]string{"CreateServiceLinkedRole"}))
			Expect(slr.Status.RoleID).To(Equal(w.iamRole(roleOfECS).ID))
		}
		Expect(w.events.reasons()).To(HaveEach("Created"))
	})

	It("says what AWS refuses", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.Fail("CreateServiceLinkedRole", "InvalidInput", -1, nil)
		slr := w.createLinked(ctx)
		expectLinkedStalled(slr, v1alpha1.ReasonPolicyRejected, "create service-linked role AWSServiceRoleForECS")
		w.sim.ClearFaults()
		w.sim.Deny("CreateServiceLinkedRole")
		w.clock.Step(5 * time.Minute)
		w.passLinked(ctx, slr)
		expectLinkedStalled(slr, v1alpha1.ReasonAccessDenied, "iam:CreateServiceLinkedRole")
	})

	It("writes nothing with reconcilePolicy Observe", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.createLinked(ctx, taggedTeam, func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Spec.ReconcilePolicy = v1alpha1.ReconcileObserve
		})
		expectLinkedStalled(slr, v1alpha1.ReasonDrifted, "create service-linked role AWSServiceRoleForECS")
		Expect(slr.Status.Plan.Operations).To(HaveLen(2))
		Expect(w.writes()).To(BeEmpty())
	})

	It("does nothing while paused", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.createLinked(ctx, func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"}
		})
		Expect(w.sim.Calls()).To(BeEmpty())
		Expect(linkedReady(slr).Reason).To(Equal("Pending"))
	})

	It("touches no account other than the declared one", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.AccountID = "999999999999" })
		slr := w.createLinked(ctx)
		Expect(linkedReady(slr).Reason).To(Equal(string(v1alpha1.ReasonReferenceNotReady)))
		Expect(w.reads()).To(BeEmpty())
		Expect(w.writes()).To(BeEmpty())
	})

	It("waits for an account that does not exist", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.createLinked(ctx, func(slr *v1alpha1.ECSServiceLinkedRole) { slr.Spec.AccountRef.Name = w.namespace })
		Expect(linkedReady(slr).Reason).To(Equal(string(v1alpha1.ReasonAccountNotFound)))
	})

	It("writes no status and nothing in AWS after a restart", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, taggedTeam)
		version := slr.ResourceVersion
		w.restart()
		w.clock.Step(time.Minute)
		w.passLinked(ctx, slr)
		Expect(w.reads()).To(Equal([]string{"GetRole"}))
		Expect(w.writes()).To(BeEmpty())
		Expect(slr.ResourceVersion).To(Equal(version))
	})

	It("leaves the role to the older of two objects, and the younger one takes over", func(ctx context.Context) {
		w := newWorld(ctx)
		older := w.readyLinked(ctx)
		younger := w.createLinked(ctx, deletedWithTheObject, func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Name += "-younger" // the names decide where both were created in one second
		})
		expectLinkedStalled(younger, v1alpha1.ReasonOwnershipConflict, older.Name)
		Expect(w.writes()).To(BeEmpty())
		w.deleteLinked(ctx, older)
		w.settleLinked(ctx, younger)
		Expect(linkedReady(younger).Status).To(Equal(metav1.ConditionTrue))
	})

	It("deletes nothing with the younger of two objects", func(ctx context.Context) {
		w := newWorld(ctx)
		w.readyLinked(ctx)
		younger := w.linkedRole(deletedWithTheObject, func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Name += "-younger"
			slr.Finalizers = []string{v1alpha1.Finalizer}
		})
		store(ctx, younger)
		w.deleteLinked(ctx, younger)
		Expect(linkedExists(ctx, younger)).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		w.iamRole(roleOfECS)
	})
})

var _ = Describe("deleting a service-linked role", func() {
	It("is one write and polls, and the object stays until the role is gone", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		Expect(slr.Status.Warnings).To(ConsistOf(HaveField("Message", ContainSubstring("other clusters may rely on it"))))
		w.clock.Step(w.deleteLinked(ctx, slr).RequeueAfter)
		Expect(slr.Status.DeletionTaskID).To(HavePrefix("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/"))
		Expect(linkedReady(slr).Reason).To(Equal(string(v1alpha1.ReasonDeleting)))
		var waits []time.Duration
		for linkedExists(ctx, slr) {
			w.iamRole(roleOfECS)
			wait := w.passLinked(ctx, slr).RequeueAfter
			waits = append(waits, wait)
			w.clock.Step(wait)
		}
		Expect(waits).To(Equal([]time.Duration{2 * time.Second, 4 * time.Second, 0}))
		Expect(w.sim.Roles()).To(BeEmpty())
		Expect(w.writes()).To(Equal([]string{"DeleteServiceLinkedRole"}))
		Expect(w.reads()).To(Equal([]string{
			"GetRole", "GetServiceLinkedRoleDeletionStatus",
			"GetServiceLinkedRoleDeletionStatus", "GetServiceLinkedRoleDeletionStatus",
		}))
		Expect(w.events.reasons()).To(Equal([]string{"Deleted"}))
	})

	It("goes on with the same task after a restart", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.sim.SetServiceLinkedRoleDeletionPolls(1000)
		w.deleteLinked(ctx, slr)
		task := slr.Status.DeletionTaskID
		w.restart()
		w.passLinked(ctx, slr)
		Expect(slr.Status.DeletionTaskID).To(Equal(task))
		Expect(linkedReady(slr).Reason).To(Equal(string(v1alpha1.ReasonDeleting)))
		w.sim.SetServiceLinkedRoleDeletionPolls(0)
		w.restart()
		w.settleLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.writes()).To(Equal([]string{"DeleteServiceLinkedRole"}))
	})

	It("meets the same task when the controller stopped before it could note it", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.linked.Client = forgetful{w.api}
		Expect(api.Delete(ctx, slr)).To(Succeed())
		_, err := w.linked.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(slr)})
		Expect(err).To(MatchError(errStopped))
		w.restart()
		w.settleLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.writes()).To(Equal([]string{"DeleteServiceLinkedRole", "DeleteServiceLinkedRole"}))
		Expect(w.sim.Roles()).To(BeEmpty())
	})

	It("says where the role is in use, and tries again with a new task every five minutes", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.sim.SetServiceLinkedRoleUsage(roleOfECS, iamsim.RegionUsage{Region: "eu-west-1", Resources: []string{ecsCluster}})
		w.deleteLinked(ctx, slr)
		first := slr.Status.DeletionTaskID
		w.settleLinked(ctx, slr)
		expectLinkedStalled(slr, v1alpha1.ReasonDeletionBlocked, "eu-west-1 cluster/prod", "every region", "Retain")
		Expect(slr.Status.DeletionTaskID).To(BeEmpty())
		last := w.events.list[len(w.events.list)-1]
		Expect([]string{last.kind, last.reason}).To(Equal([]string{"Warning", "DeletionBlocked"}))
		Expect(last.note).To(ContainSubstring("eu-west-1 cluster/prod"))

		w.sim.SetServiceLinkedRoleUsage(roleOfECS)
		w.clock.Step(5 * time.Minute)
		w.passLinked(ctx, slr)
		Expect(slr.Status.DeletionTaskID).NotTo(Or(BeEmpty(), Equal(first)))
		w.settleLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.writes()).To(Equal([]string{"DeleteServiceLinkedRole", "DeleteServiceLinkedRole"}))
	})

	It("asks for the failed deletion again not before five minutes", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.sim.SetServiceLinkedRoleUsage(roleOfECS, iamsim.RegionUsage{Region: "eu-west-1"})
		w.sim.SetServiceLinkedRoleDeletionPolls(0)
		w.deleteLinked(ctx, slr)
		Expect(w.passLinked(ctx, slr).RequeueAfter).To(Equal(5 * time.Minute))
		expectLinkedStalled(slr, v1alpha1.ReasonDeletionBlocked, "eu-west-1 resources that AWS does not name")
	})

	It("looks at the role where AWS has forgotten the task", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.deleteLinked(ctx, slr)
		w.sim.FailNth("GetServiceLinkedRoleDeletionStatus", 1, "NoSuchEntity")
		w.passLinked(ctx, slr)
		Expect(slr.Status.DeletionTaskID).NotTo(BeEmpty())
		w.iamRole(roleOfECS)
		w.settleLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
	})

	It("lets an object go whose role ECS has deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.clock.Step(time.Minute)
		w.ecsDeletesItsRole(ctx)
		w.deleteLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		Expect(w.events.reasons()).To(BeEmpty())
	})

	It("takes the role for gone when AWS does not find what it is to delete", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.sim.FailNth("DeleteServiceLinkedRole", 1, "NoSuchEntity")
		w.deleteLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
	})

	It("is refused by the tag ecsiam.dev/hold", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.tagInAWS(ctx, roleOfECS, v1alpha1.TagHold, "true")
		w.deleteLinked(ctx, slr)
		expectLinkedStalled(slr, v1alpha1.ReasonDeletionBlocked, v1alpha1.TagHold)
		Expect(w.writes()).To(BeEmpty())
	})

	DescribeTable("leaves the role without a call to AWS",
		func(ctx context.Context, change func(*v1alpha1.ECSServiceLinkedRole), why string) {
			w := newWorld(ctx)
			slr := w.readyLinked(ctx, deletedWithTheObject)
			w.updateLinked(ctx, slr, change)
			w.deleteLinked(ctx, slr)
			Expect(linkedExists(ctx, slr)).To(BeFalse())
			Expect(w.sim.Calls()).To(BeEmpty())
			w.iamRole(roleOfECS)
			Expect(w.events.reasons()).To(Equal([]string{"Released"}))
			Expect(w.events.list[0].note).To(ContainSubstring(why))
		},
		Entry("with deletionPolicy Retain", func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Spec.DeletionPolicy = v1alpha1.DeletionRetain
		}, "deletionPolicy is Retain"),
		Entry("with reconcilePolicy Observe", func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Spec.ReconcilePolicy = v1alpha1.ReconcileObserve
		}, "reconcilePolicy is Observe"),
	)

	It("leaves the role without a call to AWS with an approval to abandon it, although it is paused", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.updateLinked(ctx, slr, func(slr *v1alpha1.ECSServiceLinkedRole) {
			slr.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"}
		})
		w.deleteLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeTrue())
		w.approve(ctx, slr, v1alpha1.ApproveAbandon)
		w.passLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.sim.Calls()).To(BeEmpty())
		w.iamRole(roleOfECS)
		Expect(w.events.reasons()).To(Equal([]string{"ApprovalUsed", "Released"}))
	})

	It("waits while the role was used lately and the account protects such roles", func(ctx context.Context) {
		w := newWorld(ctx, protecting(7))
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.deleteLinked(ctx, slr)
		expectLinkedStalled(slr, v1alpha1.ReasonRecentlyUsed, "was created on")
		Expect(w.writes()).To(BeEmpty())
		w.clock.Step(8 * 24 * time.Hour)
		w.passLinked(ctx, slr)
		Expect(w.writes()).To(Equal([]string{"DeleteServiceLinkedRole"}))
	})

	It("retains the role by default", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx)
		w.deleteLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.sim.Calls()).To(BeEmpty())
		w.iamRole(roleOfECS)
	})

	It("leaves the role when the CustomResourceDefinition is being deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.linked.APIReader = terminatingCRD{api}
		w.deleteLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.writes()).To(BeEmpty())
		w.iamRole(roleOfECS)
		Expect(w.events.list[0].note).To(ContainSubstring("CustomResourceDefinition is being deleted"))
	})

	It("can be given up while AWS is at it, which the event says", func(ctx context.Context) {
		w := newWorld(ctx)
		slr := w.readyLinked(ctx, deletedWithTheObject)
		w.deleteLinked(ctx, slr)
		w.updateLinked(ctx, slr, func(slr *v1alpha1.ECSServiceLinkedRole) { slr.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
		w.passLinked(ctx, slr)
		Expect(linkedExists(ctx, slr)).To(BeFalse())
		Expect(w.events.list[0].note).To(ContainSubstring("cannot be called off"))
	})
})

var errStopped = errors.New("the controller stopped")

// forgetful is a client whose status writes never arrive.
type forgetful struct{ client.Client }

func (f forgetful) Status() client.SubResourceWriter { return forgetfulStatus{f.Client.Status()} }

type forgetfulStatus struct{ client.SubResourceWriter }

func (forgetfulStatus) Apply(context.Context, runtime.ApplyConfiguration, ...client.SubResourceApplyOption) error {
	return errStopped
}
