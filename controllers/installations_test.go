// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// teamA is the name of a second installation.
const teamA v1alpha1.ControllerName = "example.com/team-a"

// installation is one of several controllers in a cluster. Its access key tells its calls from those of the others.
type installation struct {
	name       v1alpha1.ControllerName
	accessKey  string
	namespaces []string
	clusterID  string // clusterID where it is empty
}

// install runs an installation that sees the AWSAccounts of the world, and the objects in its namespaces.
func (w *world) install(ctx context.Context, i installation) {
	GinkgoHelper()
	options := w.managerOptions()
	seen := map[string]cache.Config{}
	for _, namespace := range i.namespaces {
		seen[namespace] = cache.Config{}
	}
	options.Cache.ByObject = map[client.Object]cache.ByObject{
		&v1alpha1.ECSRole{}: {Namespaces: seen}, &v1alpha1.ECSPolicy{}: {Namespaces: seen},
		&v1alpha1.AWSAccount{}: {Label: labels.SelectorFromSet(labels.Set{"world": w.namespace})},
	}
	mgr, err := ctrl.NewManager(restConfig, options)
	Expect(err).NotTo(HaveOccurred())
	config := w.controllerConfig()
	config.Credentials = credentials.NewStaticCredentialsProvider(i.accessKey, "secret", "")
	environment := pass.Environment{
		Client: mgr.GetClient(), APIReader: mgr.GetAPIReader(),
		Accounts: awsiam.NewFactory(config, awsiam.FactoryOptions{Version: "test"}),
		Recorder: mgr.GetEventRecorder(v1alpha1.FieldOwner), Clock: clock.RealClock{},
		ClusterID: cmp.Or(i.clusterID, clusterID), ControllerName: i.name, Namespaces: i.namespaces, Region: "eu-west-1",
		Jitter:    func() float64 { return 0 },
		Snapshots: snapshot.New(cmp.Or(i.clusterID, clusterID)), Drift: &pass.Drift{},
	}
	for _, reconciler := range controllers.All(environment) {
		Expect(reconciler.SetupWithManager(ctx, mgr, controller.Options{MaxConcurrentReconciles: 4})).To(Succeed())
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(running) }()
	DeferCleanup(func() {
		cancel()
		Eventually(ended).WithTimeout(patient).Should(Receive(BeNil()))
	})
}

// accountOf is an AWSAccount of the world's AWS account for an installation.
func (w *world) accountOf(name v1alpha1.ControllerName) *v1alpha1.AWSAccount {
	account := &v1alpha1.AWSAccount{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "account-", Labels: map[string]string{"world": w.namespace}},
		Spec:       *w.account.Spec.DeepCopy(),
	}
	account.Spec.ControllerName, account.Spec.ResyncIntervalSeconds = name, 10
	account.Spec.PropagationDelaySeconds = ptr.To[int32](0)
	return account
}

func (w *world) createAccount(ctx context.Context, account *v1alpha1.AWSAccount) *v1alpha1.AWSAccount {
	GinkgoHelper()
	Expect(api.Create(ctx, account)).To(Succeed())
	DeferCleanup(func(ctx context.Context) { letGo(ctx, account) })
	return account
}

// using names the AWSAccount of a role.
func using(account *v1alpha1.AWSAccount) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) { role.Spec.AccountRef.Name = account.Name }
}

// callsAbout are the actions of the calls about a role that were made with an access key.
func (w *world) callsAbout(role *v1alpha1.ECSRole, accessKey string) []string {
	var actions []string
	for _, call := range w.sim.Calls() {
		if call.AccessKeyID == accessKey && call.Param("RoleName") == nameOf(role) {
			actions = append(actions, call.Action)
		}
	}
	return actions
}

// snapshots counts the readings of the whole account that were made with an access key.
func (w *world) snapshots(accessKey string) int {
	return iamsim.Count(slices.DeleteFunc(w.sim.Calls(), func(call iamsim.Call) bool {
		return call.AccessKeyID != accessKey
	}), "ListRoles")
}

// untouched expects that nothing of an object changes for a while.
func untouched(ctx context.Context, object client.Object) {
	GinkgoHelper()
	Expect(api.Get(ctx, client.ObjectKeyFromObject(object), object)).To(Succeed())
	version := object.GetResourceVersion()
	Consistently(func(g Gomega) {
		g.Expect(api.Get(ctx, client.ObjectKeyFromObject(object), object)).To(Succeed())
		g.Expect(object.GetResourceVersion()).To(Equal(version))
	}).WithTimeout(time.Second).Should(Succeed())
}

// settled waits until an object is Ready and stays as it is.
func settled(ctx context.Context, object *v1alpha1.ECSRole) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		g.Expect(api.Get(ctx, client.ObjectKeyFromObject(object), object)).To(Succeed())
		version := object.GetResourceVersion()
		g.Consistently(func(still Gomega) {
			still.Expect(api.Get(ctx, client.ObjectKeyFromObject(object), object)).To(Succeed())
			still.Expect(object.GetResourceVersion()).To(Equal(version))
			still.Expect(condition(object, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonReconciled)))
		}).WithTimeout(time.Second).Should(Succeed())
	}).WithTimeout(patient).Should(Succeed())
}

var _ = Describe("several installations in one cluster", func() {
	It("leave each other's accounts and roles alone, in one AWS account and with one cluster id", func(ctx context.Context) {
		w := newWorld(ctx)
		ours, theirs := w.createAccount(ctx, w.accountOf("")), w.createAccount(ctx, w.accountOf(teamA))
		w.install(ctx, installation{accessKey: "AKIAOURS", namespaces: []string{w.namespace}})
		w.install(ctx, installation{name: teamA, accessKey: "AKIATHEIRS", namespaces: []string{w.namespace}})
		own, other := w.role("own", v1alpha1.RoleTypeTask, full, using(ours)), w.role("other", v1alpha1.RoleTypeTask, full, using(theirs))
		for _, role := range []*v1alpha1.ECSRole{own, other} {
			Expect(api.Create(ctx, role)).To(Succeed())
			eventually(ctx, role, v1alpha1.ReasonReconciled)
		}
		Expect(succeeded(w.sim)).To(HaveEach(1), "a call that writes was made twice")
		Expect(w.callsAbout(own, "AKIAOURS")).NotTo(BeEmpty())
		Expect(w.callsAbout(own, "AKIATHEIRS")).To(BeEmpty())
		Expect(w.callsAbout(other, "AKIATHEIRS")).NotTo(BeEmpty())
		Expect(w.callsAbout(other, "AKIAOURS")).To(BeEmpty())

		w.sim.ResetCalls()
		for _, key := range []string{"AKIAOURS", "AKIATHEIRS"} { // one that began after both roles were there has ended
			Eventually(func() int { return w.snapshots(key) }).WithTimeout(patient).Should(BeNumerically(">=", 2))
		}
		for _, account := range []*v1alpha1.AWSAccount{ours, theirs} {
			Expect(api.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
			Expect(account.Status.DriftDetection.Mode).To(Equal(v1alpha1.DriftBySnapshot))
			Expect(account.Status.OrphanedRoles).To(BeZero())
			untouched(ctx, account)
		}
		untouched(ctx, own)
		untouched(ctx, other)

		w.sim.ResetCalls()
		Expect(api.Delete(ctx, other)).To(Succeed())
		eventuallyGone(ctx, other)
		Expect(w.callsAbout(other, "AKIATHEIRS")).To(ContainElement("DeleteRole"))
		Expect(w.callsAbout(other, "AKIAOURS")).To(BeEmpty())
		w.iamRole(nameOf(own))
	})

	It("hand an account over while both run: nothing is written twice, nothing is lost, nothing is orphaned", func(ctx context.Context) {
		w := newWorld(ctx)
		const newCluster = "the-new-cluster"
		kept := w.createAccount(ctx, w.accountOf(""))
		moved := w.accountOf("")
		moved.Name, moved.GenerateName = "moved-"+w.namespace, ""
		w.createAccount(ctx, moved)
		w.install(ctx, installation{accessKey: "AKIAOLD", namespaces: []string{w.namespace}})
		w.install(ctx, installation{name: teamA, accessKey: "AKIANEW", namespaces: []string{w.namespace}, clusterID: newCluster})
		staying := w.role("staying", v1alpha1.RoleTypeTask, using(kept))
		moving := w.role("moving", v1alpha1.RoleTypeTask, full, using(moved))
		for _, role := range []*v1alpha1.ECSRole{staying, moving} {
			Expect(api.Create(ctx, role)).To(Succeed())
			settled(ctx, role)
		}
		before := w.iamRole(nameOf(moving))
		w.sim.ResetCalls()

		By("pausing its objects, and replacing the account as docs/installations.md says")
		annotate := func(value any) {
			patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
				"annotations": map[string]any{v1alpha1.AnnotationPaused: value},
			}})
			Expect(err).NotTo(HaveOccurred())
			Expect(api.Patch(ctx, moving, client.RawPatch(types.MergePatchType, patch))).To(Succeed())
		}
		annotate("true")
		Expect(api.Delete(ctx, moved)).To(Succeed())
		Expect(api.Patch(ctx, moved, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`)))).To(Succeed())
		again := w.accountOf(teamA)
		again.Name, again.GenerateName, again.Spec.FormerClusterIDs = moved.Name, "", []v1alpha1.ClusterID{clusterID}
		Eventually(func() error { return api.Create(ctx, again.DeepCopy()) }).WithTimeout(patient).Should(Succeed())
		untouched(ctx, moving)
		Expect(iamsim.Writes(w.sim.Calls())).To(BeEmpty(), "somebody wrote while the objects were paused")

		By("removing the pause")
		annotate(nil)
		owner := newCluster + "/" + w.namespace + "/moving"
		Eventually(func() string { return w.ownerOf(nameOf(moving)) }).WithTimeout(patient).Should(Equal(owner))
		settled(ctx, moving)
		Expect(w.callsAbout(moving, "AKIAOLD")).NotTo(ContainElement(HavePrefix("Tag")))
		Expect(w.writes()).To(Equal([]string{"TagRole"}), "the owner tag is all that changes")
		after := w.iamRole(nameOf(moving))
		Expect(after.ID).To(Equal(before.ID))
		Expect(after.InlinePolicies).To(Equal(before.InlinePolicies))
		Expect(after.AttachedPolicies).To(Equal(before.AttachedPolicies))

		w.sim.ResetCalls()
		for _, key := range []string{"AKIAOLD", "AKIANEW"} {
			Eventually(func() int { return w.snapshots(key) }).WithTimeout(patient).Should(BeNumerically(">=", 2))
		}
		for _, account := range []*v1alpha1.AWSAccount{kept, again} {
			Expect(api.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
			Expect(account.Status.OrphanedRoles).To(BeZero())
		}
		Expect(w.writes()).To(BeEmpty())
		Expect(w.callsAbout(moving, "AKIAOLD")).To(BeEmpty())
		untouched(ctx, staying)
	})

	It("decide alike who has a name that an object of each asks for", func(ctx context.Context) {
		w := newWorld(ctx)
		ours, theirs := w.createAccount(ctx, w.accountOf("")), w.createAccount(ctx, w.accountOf(teamA))
		shared := func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "shared" }
		first, second := w.role("a", v1alpha1.RoleTypeTask, shared, using(ours)), w.role("b", v1alpha1.RoleTypeTask, shared, using(theirs))
		Expect(api.Create(ctx, first)).To(Succeed())
		Expect(api.Create(ctx, second)).To(Succeed())
		w.install(ctx, installation{name: teamA, accessKey: "AKIATHEIRS", namespaces: []string{w.namespace}})
		Expect(eventually(ctx, second, v1alpha1.ReasonNameTaken).Message).To(ContainSubstring(w.namespace + "/a"))
		w.install(ctx, installation{accessKey: "AKIAOURS", namespaces: []string{w.namespace}})
		eventually(ctx, first, v1alpha1.ReasonReconciled)
		Expect(w.ownerOf("shared")).To(Equal(clusterID + "/" + w.namespace + "/a"))
	})

	It("leave an account to the one that it names although that one does not run", func(ctx context.Context) {
		w := newWorld(ctx)
		theirs := w.createAccount(ctx, w.accountOf(teamA))
		w.install(ctx, installation{accessKey: "AKIAOURS", namespaces: []string{w.namespace}})
		role := w.role("app", v1alpha1.RoleTypeTask, using(theirs))
		Expect(api.Create(ctx, role)).To(Succeed())
		approval := &v1alpha1.ECSChangeApproval{
			ObjectMeta: metav1.ObjectMeta{GenerateName: "approval-"},
			Spec: v1alpha1.ECSChangeApprovalSpec{Operation: v1alpha1.ApproveAbandon, TargetRef: v1alpha1.ApprovalTarget{
				Kind: v1alpha1.KindECSRole, Namespace: v1alpha1.NamespaceName(w.namespace), Name: role.Name,
				UID: string(role.UID),
			}},
		}
		Expect(api.Create(ctx, approval)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { letGo(ctx, approval) })
		for _, object := range []client.Object{theirs, role, approval} {
			untouched(ctx, object)
			Expect(object.GetFinalizers()).To(BeEmpty())
		}
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonPending)))
		Expect(w.sim.Calls()).To(BeEmpty())
	})

	It("say of an account that does not exist that it does not, until it names one of them", func(ctx context.Context) {
		w := newWorld(ctx)
		w.install(ctx, installation{accessKey: "AKIAOURS", namespaces: []string{w.namespace}})
		w.install(ctx, installation{name: teamA, accessKey: "AKIATHEIRS", namespaces: []string{w.namespace}})
		theirs := w.accountOf(teamA)
		theirs.Name, theirs.GenerateName = "late-"+w.namespace, ""
		role := w.role("app", v1alpha1.RoleTypeTask, using(theirs))
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonAccountNotFound)
		untouched(ctx, role)
		w.createAccount(ctx, theirs)
		settled(ctx, role) // the cache of the other one may learn of the account a moment later
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		Expect(w.callsAbout(role, "AKIAOURS")).To(BeEmpty())
	})

	It("look at the namespaces that they watch only, and count no orphans in others", func(ctx context.Context) {
		w := newWorld(ctx, everywhere)
		elsewhere := w.newNamespace(ctx, nil)
		ours, theirs := w.accountOf(""), w.accountOf(teamA)
		closeNames(ours)
		closeNames(theirs)
		w.createAccount(ctx, ours)
		w.createAccount(ctx, theirs)
		w.install(ctx, installation{accessKey: "AKIAOURS", namespaces: []string{w.namespace}})
		w.install(ctx, installation{name: teamA, accessKey: "AKIATHEIRS", namespaces: []string{elsewhere}})
		in := func(namespace string) func(*v1alpha1.ECSRole) {
			return func(role *v1alpha1.ECSRole) { role.Namespace = namespace }
		}
		own, other := w.role("own", v1alpha1.RoleTypeTask, using(ours)), w.role("other", v1alpha1.RoleTypeTask, using(theirs), in(elsewhere))
		unseen := w.role("unseen", v1alpha1.RoleTypeTask, using(ours), in(elsewhere))
		Expect(api.Create(ctx, unseen)).To(Succeed())
		for _, role := range []*v1alpha1.ECSRole{own, other} {
			Expect(api.Create(ctx, role)).To(Succeed())
			eventually(ctx, role, v1alpha1.ReasonReconciled)
		}
		w.sim.ResetCalls()
		Eventually(func() int { return w.snapshots("AKIAOURS") }).WithTimeout(patient).Should(BeNumerically(">=", 2))
		Expect(api.Get(ctx, client.ObjectKeyFromObject(ours), ours)).To(Succeed())
		Expect(ours.Status.DriftDetection.Mode).To(Equal(v1alpha1.DriftBySnapshot))
		Expect(ours.Status.OrphanedRoles).To(BeZero())
		Expect(meta.IsStatusConditionTrue(ours.Status.Conditions, v1alpha1.ConditionReady)).To(BeTrue())
		Expect(api.Get(ctx, keyOf(unseen), unseen)).To(Succeed())
		Expect(condition(unseen, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonPending)))
	})
})
