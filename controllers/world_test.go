// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

const clusterID = "test-cluster"

// world is everything around one spec: an AWS account of its own, a namespace of its own, a clock that only the spec
// moves, and reconcilers that run only when the spec says so.
type world struct {
	sim       *iamsim.Sim
	aws       *sdk.Client
	clock     *testingclock.FakeClock
	namespace string
	account   *v1alpha1.AWSAccount
	events    *recorder
	roles     *pass.Reconciler
	policies  *pass.Reconciler
	linked    *pass.Reconciler
	accounts  *controllers.AccountReconciler
	// environment is what they were made with.
	environment pass.Environment
	api         client.Client
	approvals   *controllers.ApprovalReconciler
	// changes is the change log of the next start, nil for none.
	changes pass.ChangeLog
	// accessKey is that of the controller's own credentials.
	accessKey string
}

// newWorld makes a world whose AWSAccount, which tweaks may change, allows the world's namespace.
func newWorld(ctx context.Context, tweaks ...func(*v1alpha1.AWSAccount)) *world {
	GinkgoHelper()
	w := &world{clock: testingclock.NewFakeClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), events: &recorder{}}
	w.api, w.accessKey = filtering{api}, "AKIATEST"
	w.sim = iamsim.New(iamsim.Options{Clock: w.clock}).Start()
	DeferCleanup(func() { w.sim.Close() })
	w.aws = sdk.NewFromConfig(w.awsConfig())
	w.namespace = w.newNamespace(ctx, nil)
	w.account = &v1alpha1.AWSAccount{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "account-"},
		Spec: v1alpha1.AWSAccountSpec{
			AccountID: w.sim.AccountID(), Region: "eu-west-1",
			AllowedNamespaces: v1alpha1.AllowedNamespaces{
				From: v1alpha1.NamespacesFromNames, Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)},
			},
			RateLimit: v1alpha1.RateLimit{QPS: 1000, Burst: 10000},
		},
	}
	openNames(w.account, w.namespace)
	for _, tweak := range tweaks {
		tweak(w.account)
	}
	Expect(api.Create(ctx, w.account)).To(Succeed())
	DeferCleanup(func(ctx context.Context) { // without it the objects that are left claim no role
		letGo(ctx, w.account)
	})
	w.restart()
	w.clock.Step(time.Minute) // a controller that just began is careful for half a minute
	return w
}

// letGo deletes an object, whatever it stands for in AWS and whatever uses it.
func letGo(ctx context.Context, object client.Object) {
	GinkgoHelper()
	Expect(client.IgnoreNotFound(api.Delete(ctx, object))).To(Succeed())
	let := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
	Expect(client.IgnoreNotFound(api.Patch(ctx, object, let))).To(Succeed())
}

// openNames lets a namespace have any name that is not reserved, and permit anything.
func openNames(account *v1alpha1.AWSAccount, namespace string) {
	if account.Spec.Guardrails == nil {
		account.Spec.Guardrails = &v1alpha1.Guardrails{}
	}
	account.Spec.Guardrails.Mode = v1alpha1.GuardrailModeUnrestricted
	account.Spec.Guardrails.Names = append(account.Spec.Guardrails.Names, v1alpha1.NameRule{
		Namespaces: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(namespace)}, NamePattern: "*",
	})
}

// closeNames leaves every namespace the names that begin with its own.
func closeNames(account *v1alpha1.AWSAccount) {
	account.Spec.Guardrails = unrestricted()
}

// unrestricted are guardrails that let every namespace permit anything.
func unrestricted() *v1alpha1.Guardrails {
	return &v1alpha1.Guardrails{PermissionGuardrails: v1alpha1.PermissionGuardrails{
		Mode: v1alpha1.GuardrailModeUnrestricted,
	}}
}

// restricted leaves the account as one that nobody configured.
func restricted(account *v1alpha1.AWSAccount) { account.Spec.Guardrails = nil }

// everywhere lets every namespace use the account.
func everywhere(account *v1alpha1.AWSAccount) {
	account.Spec.AllowedNamespaces = v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromAll}
}

// restart replaces the reconcilers by ones that remember nothing, as a restarted manager would.
func (w *world) restart() {
	factory := awsiam.NewFactory(w.controllerConfig(), awsiam.FactoryOptions{Clock: unhurried{w.clock}, Version: "test"})
	none := func() float64 { return 0 }
	w.environment = pass.Environment{
		Client: w.api, APIReader: api, Accounts: factory, Recorder: w.events, Clock: w.clock,
		ClusterID: clusterID, Region: "eu-west-1", Jitter: none, Changes: w.changes,
	}
	w.roles = controllers.NewRoleReconciler(w.environment)
	w.policies = controllers.NewPolicyReconciler(w.environment)
	w.linked = controllers.NewServiceLinkedRoleReconciler(w.environment)
	w.accounts = controllers.NewAccountReconciler(w.environment)
	w.approvals = controllers.NewApprovalReconciler(w.environment)
}

func (w *world) awsConfig() aws.Config {
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(w.sim.URL()),
		Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", ""),
	}
}

func (w *world) newNamespace(ctx context.Context, labels map[string]string) string {
	GinkgoHelper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "team-", Labels: labels}}
	Expect(api.Create(ctx, ns)).To(Succeed())
	DeferCleanup(func(ctx context.Context) { sweep(ctx, ns.Name) })
	return ns.Name
}

// sweep deletes what a spec left in a namespace, whatever is in AWS: every pass asks the API server for the rivals of
// its object, which takes the longer the more objects there are.
func sweep(ctx context.Context, namespace string) {
	GinkgoHelper()
	for _, list := range []client.ObjectList{
		&v1alpha1.ECSRoleList{}, &v1alpha1.ECSPolicyList{}, &v1alpha1.ECSChangeApprovalList{},
	} {
		Expect(api.List(ctx, list, client.InNamespace(namespace))).To(Succeed())
		Expect(meta.EachListItem(list, func(object runtime.Object) error {
			letGo(ctx, object.(client.Object))
			return nil
		})).To(Succeed())
	}
}

// role returns a minimal ECSRole of the world, changed by tweaks; it is not created yet.
func (w *world) role(name string, kind v1alpha1.RoleType, tweaks ...func(*v1alpha1.ECSRole)) *v1alpha1.ECSRole {
	role := &v1alpha1.ECSRole{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name},
		Spec:       v1alpha1.ECSRoleSpec{Type: kind, AccountRef: v1alpha1.AccountReference{Name: w.account.Name}},
	}
	for _, tweak := range tweaks {
		tweak(role)
	}
	return role
}

// create creates an object and makes the first pass over it.
func (w *world) create(ctx context.Context, role *v1alpha1.ECSRole) *v1alpha1.ECSRole {
	GinkgoHelper()
	Expect(api.Create(ctx, role)).To(Succeed())
	w.pass(ctx, role)
	return role
}

// pass makes one pass over an object, reads it again when it still exists, and checks that its status conforms.
func (w *world) pass(ctx context.Context, role *v1alpha1.ECSRole) ctrl.Result {
	GinkgoHelper()
	key := client.ObjectKeyFromObject(role)
	result, err := w.roles.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	Expect(err).NotTo(HaveOccurred())
	if client.IgnoreNotFound(api.Get(ctx, key, role)) == nil && exists(ctx, key) {
		expectConformingStatus(role)
	}
	return result
}

func exists(ctx context.Context, key types.NamespacedName) bool {
	GinkgoHelper()
	err := api.Get(ctx, key, &v1alpha1.ECSRole{})
	Expect(client.IgnoreNotFound(err)).To(Succeed())
	return err == nil
}

// settle makes passes, each when the last one asked for it, until the next is due only at the resync, and returns how
// long that took on the world's clock. It fails when an object does not settle within 20 passes.
func (w *world) settle(ctx context.Context, role *v1alpha1.ECSRole) time.Duration {
	GinkgoHelper()
	began := w.clock.Now()
	for range 20 {
		wait := w.pass(ctx, role).RequeueAfter
		if wait == 0 || wait >= 5*time.Minute {
			return w.clock.Since(began)
		}
		w.clock.Step(wait)
	}
	Fail(fmt.Sprintf("%s does not settle; its conditions: %v", role.Name, role.Status.Conditions))
	return 0
}

// resync lets the resync interval pass and makes the pass that is due then.
func (w *world) resync(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	w.clock.Step(11 * time.Minute)
	w.pass(ctx, role)
}

// expectNothingToDo expects that the next pass, at the resync, finds nothing to write, to IAM or to Kubernetes.
func (w *world) expectNothingToDo(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	version, writes := role.ResourceVersion, w.writes()
	w.resync(ctx, role)
	Expect(w.writes()).To(Equal(writes), "a write to IAM")
	Expect(role.ResourceVersion).To(Equal(version), "a write to Kubernetes")
}

// ready creates a role and settles it, and expects it to be Ready.
func (w *world) ready(ctx context.Context, role *v1alpha1.ECSRole) *v1alpha1.ECSRole {
	GinkgoHelper()
	Expect(api.Create(ctx, role)).To(Succeed())
	w.settle(ctx, role)
	expectReady(role)
	w.sim.ResetCalls()
	w.events.reset()
	return role
}

// update changes the spec or metadata of an object.
func (w *world) update(ctx context.Context, role *v1alpha1.ECSRole, change func(*v1alpha1.ECSRole)) {
	GinkgoHelper()
	before := role.DeepCopy()
	change(role)
	Expect(api.Patch(ctx, role, client.MergeFrom(before))).To(Succeed())
}

// expectNothingElse expects that the next pass, at the resync, changes nothing in IAM, though it may try what failed
// before, and writes nothing to Kubernetes.
func (w *world) expectNothingElse(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	version := role.ResourceVersion
	w.sim.ResetCalls()
	w.resync(ctx, role)
	writes := iamsim.Writes(w.sim.Calls())
	Expect(iamsim.Failed(writes)).To(HaveLen(len(writes)), "a write to IAM: %v", iamsim.ActionNames(writes))
	Expect(role.ResourceVersion).To(Equal(version), "a write to Kubernetes")
}

// updateAccount changes the world's AWSAccount.
func (w *world) updateAccount(ctx context.Context, change func(*v1alpha1.AWSAccount)) {
	GinkgoHelper()
	before := w.account.DeepCopy()
	change(w.account)
	Expect(api.Patch(ctx, w.account, client.MergeFrom(before))).To(Succeed())
}

// delete deletes an object and makes the first pass over its deletion.
func (w *world) delete(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	Expect(api.Delete(ctx, role)).To(Succeed())
	w.pass(ctx, role)
}

// iamRole returns the role in IAM and expects it to exist.
func (w *world) iamRole(name string) iamsim.Role {
	GinkgoHelper()
	role, ok := w.sim.Role(name)
	Expect(ok).To(BeTrue(), "role %s is not in IAM", name)
	return role
}

// nameOf is the name of an object's role in IAM.
func nameOf(role *v1alpha1.ECSRole) string { return desired.RoleName(role, nil) }

// writes are the names of the mutating calls since the last reset, in order.
func (w *world) writes() []string { return iamsim.ActionNames(iamsim.Writes(w.sim.Calls())) }

// reads are the names of the reading calls of IAM since the last reset, in order, without those that are cached for
// long.
func (w *world) reads() []string {
	var names []string
	for _, name := range iamsim.ActionNames(iamsim.Reads(w.sim.Calls())) {
		if name != "GetCallerIdentity" && name != "GetAccountSummary" {
			names = append(names, name)
		}
	}
	return names
}

func condition(role *v1alpha1.ECSRole, kind string) *metav1.Condition {
	return meta.FindStatusCondition(role.Status.Conditions, kind)
}

func expectReady(role *v1alpha1.ECSRole) {
	GinkgoHelper()
	c := condition(role, v1alpha1.ConditionReady)
	Expect(c).NotTo(BeNil())
	Expect(c.Status).To(Equal(metav1.ConditionTrue), "%s: %s", c.Reason, c.Message)
}

// expectNotReady expects Ready=False with a reason, Stalled or Reconciling as given, and a message with the parts.
func expectNotReady(role *v1alpha1.ECSRole, reason v1alpha1.Reason, because string, parts ...string) {
	GinkgoHelper()
	c := condition(role, v1alpha1.ConditionReady)
	Expect(c).NotTo(BeNil())
	Expect(c.Status).To(Equal(metav1.ConditionFalse), "%s: %s", c.Reason, c.Message)
	Expect(c.Reason).To(Equal(string(reason)), c.Message)
	Expect(condition(role, because)).NotTo(BeNil(), "%s is missing; %s: %s", because, c.Reason, c.Message)
	for _, part := range parts {
		Expect(c.Message).To(ContainSubstring(part))
	}
}

// unhurried is a clock whose time only the spec moves and whose timers fire at once, so that the rate limiter never
// waits for a spec that waits for it.
type unhurried struct{ *testingclock.FakeClock }

func (unhurried) NewTimer(time.Duration) clock.Timer { return clock.RealClock{}.NewTimer(0) }

// filtering is a client that answers the field selectors of the manager's cache from the API server.
type filtering struct{ client.Client }

func (f filtering) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	o := &client.ListOptions{}
	o.ApplyOptions(options)
	selector := o.FieldSelector
	o.FieldSelector = nil
	if err := f.Client.List(ctx, list, o); err != nil {
		return err
	}
	if selector == nil {
		return nil
	}
	kept := func(object pass.Object) bool { return !selects(selector, object) }
	switch list := list.(type) {
	case *v1alpha1.AWSAccountList:
		list.Items = slices.DeleteFunc(list.Items, func(o v1alpha1.AWSAccount) bool { return !selectsAccount(selector, &o) })
	case *v1alpha1.ECSRoleList:
		list.Items = slices.DeleteFunc(list.Items, func(o v1alpha1.ECSRole) bool { return kept(&o) })
	case *v1alpha1.ECSPolicyList:
		list.Items = slices.DeleteFunc(list.Items, func(o v1alpha1.ECSPolicy) bool { return kept(&o) })
	case *v1alpha1.ECSServiceLinkedRoleList:
		list.Items = slices.DeleteFunc(list.Items, func(o v1alpha1.ECSServiceLinkedRole) bool { return kept(&o) })
	}
	return nil
}

// selects reports whether the cache's indices of an object match a selector of one field.
func selects(selector fields.Selector, object pass.Object) bool {
	for _, requirement := range selector.Requirements() {
		if !slices.Contains(controllers.IndexKeys(requirement.Field, object), requirement.Value) {
			return false
		}
	}
	return true
}

func selectsAccount(selector fields.Selector, account *v1alpha1.AWSAccount) bool {
	for _, requirement := range selector.Requirements() {
		if !slices.Contains(pass.AccountKeys(requirement.Field, account), requirement.Value) {
			return false
		}
	}
	return true
}

// recorder keeps events.
type recorder struct{ list []recorded }

type recorded struct{ kind, reason, action, note string }

func (r *recorder) Eventf(_, _ runtime.Object, kind, reason, action, note string, args ...any) {
	r.list = append(r.list, recorded{kind, reason, action, fmt.Sprintf(note, args...)})
}

func (r *recorder) reset() { r.list = nil }

// reasons are the reasons of the events since the last reset.
func (r *recorder) reasons() []string {
	var reasons []string
	for _, e := range r.list {
		reasons = append(reasons, e.reason)
	}
	return reasons
}

func keyOf(role *v1alpha1.ECSRole) types.NamespacedName { return client.ObjectKeyFromObject(role) }
