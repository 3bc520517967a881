// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// patient is how long a spec waits for a manager on a machine that is busy.
const patient = 2 * time.Minute

// atOnce makes roles Ready without waiting for AWS to spread them.
func atOnce(account *v1alpha1.AWSAccount) { account.Spec.PropagationDelaySeconds = ptr.To[int32](0) }

// manage runs the controllers in a manager that sees only the world's objects, until stop.
func (w *world) manage(ctx context.Context, api *rest.Config) (stop func()) {
	GinkgoHelper()
	mgr, err := ctrl.NewManager(api, w.managerOptions())
	Expect(err).NotTo(HaveOccurred())
	factory := awsiam.NewFactory(w.controllerConfig(), awsiam.FactoryOptions{Version: "test"})
	none := func() float64 { return 0 }
	environment := pass.Environment{
		Client: mgr.GetClient(), APIReader: mgr.GetAPIReader(), Accounts: factory,
		Recorder: mgr.GetEventRecorder(v1alpha1.FieldOwner), Clock: clock.RealClock{},
		ClusterID: clusterID, Region: "eu-west-1", Jitter: none,
	}
	for _, reconciler := range controllers.All(environment) {
		Expect(reconciler.SetupWithManager(ctx, mgr, controller.Options{MaxConcurrentReconciles: 8})).To(Succeed())
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(running) }()
	stop = sync.OnceFunc(func() {
		cancel()
		Eventually(ended).WithTimeout(patient).Should(Receive(BeNil()))
	})
	DeferCleanup(stop)
	return stop
}

func (w *world) managerOptions() ctrl.Options {
	account := fields.OneTermEqualSelector("metadata.name", w.account.Name)
	return ctrl.Options{
		Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"}, HealthProbeBindAddress: "0",
		Controller: config.Controller{SkipNameValidation: new(true)},
		Client:     client.Options{FieldOwner: v1alpha1.FieldOwner},
		Cache: cache.Options{ByObject: map[client.Object]cache.ByObject{
			&v1alpha1.ECSRole{}:    {Namespaces: map[string]cache.Config{w.namespace: {}}},
			&v1alpha1.ECSPolicy{}:  {Namespaces: map[string]cache.Config{w.namespace: {}}},
			&v1alpha1.AWSAccount{}: {Field: account},
		}},
	}
}

// eventually reads the object until its Ready condition has a reason, and returns the condition.
func eventually(ctx context.Context, role *v1alpha1.ECSRole, reason v1alpha1.Reason) *metav1.Condition {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		g.Expect(api.Get(ctx, keyOf(role), role)).To(Succeed())
		ready := condition(role, v1alpha1.ConditionReady)
		g.Expect(ready).NotTo(BeNil())
		g.Expect(ready.Reason).To(Equal(string(reason)), ready.Message)
		g.Expect(ready.ObservedGeneration).To(Equal(role.Generation))
	}).WithTimeout(patient).Should(Succeed())
	expectConformingStatus(role)
	return condition(role, v1alpha1.ConditionReady)
}

func eventuallyGone(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	Eventually(func() bool { return exists(ctx, keyOf(role)) }).WithTimeout(patient).Should(BeFalse())
}

// succeeded counts the writes that succeeded, by action, role and what is put or attached.
func succeeded(sim *iamsim.Sim) map[string]int {
	counts := map[string]int{}
	for _, call := range iamsim.Writes(sim.Calls()) {
		if call.ErrorCode == "" && call.Status == http.StatusOK {
			counts[fmt.Sprint(call.Action, call.Param("RoleName"), call.Param("PolicyArn"), call.Param("PolicyName"))]++
		}
	}
	return counts
}

var _ = Describe("a running manager", func() {
	It("makes a role Ready, tells so in an event, and deletes it", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, full)
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		w.iamRole(nameOf(role))
		Eventually(func() []string { return eventReasons(ctx, role) }).WithTimeout(patient).Should(Equal([]string{"Created"}))
		Expect(api.Delete(ctx, role)).To(Succeed())
		eventuallyGone(ctx, role)
		Expect(w.sim.In(w.sim.AccountID()).Empty()).To(BeTrue())
		Eventually(func() []string { return eventReasons(ctx, role) }).WithTimeout(patient).
			Should(ConsistOf("Created", "Deleted"))
	})

	It("cuts the note of an event to what the API server takes", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			for i := range 10 {
				withPolicies(fmt.Sprintf("arn:aws:iam::aws:policy/%0100d", i))(r)
			}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonNotFoundInAWS)
		Eventually(func() []string { return eventReasons(ctx, role) }).WithTimeout(patient).
			Should(ContainElement("NotFoundInAWS"))
	})

	It("looks again when the AWSAccount or the labels of the namespace change", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: w.account.Name}, Spec: w.account.Spec}
		Expect(api.Delete(ctx, w.account)).To(Succeed())
		w.manage(ctx, restConfig)
		role := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonAccountNotFound)

		Expect(api.Create(ctx, account)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)

		account.Spec.AllowedNamespaces = v1alpha1.AllowedNamespaces{
			From:     v1alpha1.NamespacesFromSelector,
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"aws": "allowed"}},
		}
		Eventually(func() error {
			latest := &v1alpha1.AWSAccount{}
			if err := api.Get(ctx, client.ObjectKeyFromObject(account), latest); err != nil {
				return err
			}
			latest.Spec.AllowedNamespaces = account.Spec.AllowedNamespaces
			return api.Update(ctx, latest)
		}).WithTimeout(patient).Should(Succeed())
		eventually(ctx, role, v1alpha1.ReasonNamespaceNotAllowed)
		w.iamRole(nameOf(role))

		namespace := &corev1.Namespace{}
		Expect(api.Get(ctx, client.ObjectKey{Name: w.namespace}, namespace)).To(Succeed())
		namespace.Labels["aws"] = "allowed"
		Expect(api.Update(ctx, namespace)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)
	})

	It("puts back at once what a person takes from an object, and looks at nothing for what concerns nobody here", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		role := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)

		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Finalizers = nil })
		Eventually(func(g Gomega) {
			g.Expect(api.Get(ctx, keyOf(role), role)).To(Succeed())
			g.Expect(role.Finalizers).To(ContainElement(v1alpha1.Finalizer))
		}).WithTimeout(patient).Should(Succeed())

		for _, spoil := range []func(*v1alpha1.ECSRole){
			func(r *v1alpha1.ECSRole) { r.Status.RoleARN = "arn:aws:iam::111122223333:role/other" },
			func(r *v1alpha1.ECSRole) { r.Status = v1alpha1.ECSRoleStatus{} },
		} {
			before := role.DeepCopy()
			spoil(role)
			Expect(api.Status().Patch(ctx, role, client.MergeFrom(before))).To(Succeed())
			Eventually(func(g Gomega) {
				g.Expect(api.Get(ctx, keyOf(role), role)).To(Succeed())
				g.Expect(role.Status.RoleARN).To(HaveSuffix("role/" + nameOf(role)))
				g.Expect(role.Status.Conditions).NotTo(BeEmpty())
			}).WithTimeout(patient).Should(Succeed())
		}

		w.sim.ResetCalls()
		w.update(ctx, role, func(r *v1alpha1.ECSRole) {
			r.Labels, r.Annotations = map[string]string{"team": "payments"}, map[string]string{"example.com/note": "seen"}
		})
		Consistently(func() []string { return w.reads() }).WithTimeout(2 * time.Second).Should(BeEmpty())
	})

	It("gives the name to no object that was refused it when the one that has it is deleted", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		w.manage(ctx, restConfig)
		shared := func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "shared" }
		first, second := w.role("a", v1alpha1.RoleTypeTask, shared), w.role("b", v1alpha1.RoleTypeTask, shared)
		Expect(api.Create(ctx, first)).To(Succeed())
		eventually(ctx, first, v1alpha1.ReasonReconciled)
		Expect(api.Create(ctx, second)).To(Succeed())
		Expect(eventually(ctx, second, v1alpha1.ReasonNameTaken).Message).To(ContainSubstring(w.namespace + "/a"))
		Expect(api.Delete(ctx, first)).To(Succeed())
		third := w.role("c", v1alpha1.RoleTypeTask, shared)
		Expect(api.Create(ctx, third)).To(Succeed())
		eventually(ctx, third, v1alpha1.ReasonReconciled)
		eventually(ctx, second, v1alpha1.ReasonNameTaken)
		Expect(w.ownerOf("shared")).To(Equal(clusterID + "/" + w.namespace + "/c"))
	})

	It("lets the next role in when one of the namespace is deleted", func(ctx context.Context) {
		w := newWorld(ctx, atOnce, bounded(v1alpha1.Guardrails{MaxRolesPerNamespace: 2}))
		w.manage(ctx, restConfig)
		first, second, next := w.role("a", v1alpha1.RoleTypeTask), w.role("b", v1alpha1.RoleTypeTask), w.role("c", v1alpha1.RoleTypeTask)
		for _, role := range []*v1alpha1.ECSRole{first, second} {
			Expect(api.Create(ctx, role)).To(Succeed())
			eventually(ctx, role, v1alpha1.ReasonReconciled)
		}
		Expect(api.Create(ctx, next)).To(Succeed())
		eventually(ctx, next, v1alpha1.ReasonGuardrailViolation)
		Expect(api.Delete(ctx, first)).To(Succeed())
		eventuallyGone(ctx, first)
		eventually(ctx, next, v1alpha1.ReasonReconciled)
	})

	It("makes no call a second time that succeeded before another one took over", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		stop := w.manage(ctx, restConfig)
		roles := w.createMany(ctx, 12, full)
		Eventually(func() []string { return w.writes() }).WithTimeout(patient).Should(ContainElement("AttachRolePolicy"))
		stop()
		w.manage(ctx, restConfig)
		for _, role := range roles {
			eventually(ctx, role, v1alpha1.ReasonReconciled)
		}
		Expect(succeeded(w.sim)).To(HaveLen(len(roles) * 4))
		Expect(succeeded(w.sim)).To(HaveEach(1))
	})

	It("writes nothing anywhere when it is started over two hundred roles that are as declared", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		stop := w.manage(ctx, restConfig)
		roles := w.createMany(ctx, 200, withStatement)
		for _, role := range roles {
			eventually(ctx, role, v1alpha1.ReasonReconciled)
		}
		stop()
		versions := w.versions(ctx)
		w.sim.ResetCalls()

		w.manage(ctx, restConfig)
		Eventually(func() int { return iamsim.Count(w.sim.Calls(), "GetRolePolicy") }).WithTimeout(patient).
			Should(Equal(len(roles)))
		Eventually(func() int { return len(w.reads()) }).WithTimeout(patient).Should(Equal(len(roles) * 4))
		Expect(w.writes()).To(BeEmpty())
		Expect(w.versions(ctx)).To(Equal(versions))
	})
})

// createMany creates roles, several at a time.
func (w *world) createMany(ctx context.Context, n int, tweak func(*v1alpha1.ECSRole)) []*v1alpha1.ECSRole {
	GinkgoHelper()
	roles := make([]*v1alpha1.ECSRole, n)
	errs := make([]error, n)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := worker; i < n; i += 8 {
				roles[i] = w.role(fmt.Sprintf("app-%d", i), v1alpha1.RoleTypeTask, tweak)
				errs[i] = api.Create(ctx, roles[i])
			}
		})
	}
	group.Wait()
	Expect(errs).To(HaveEach(BeNil()))
	return roles
}

// versions are the resource versions of the world's objects, the account included.
func (w *world) versions(ctx context.Context) map[string]string {
	GinkgoHelper()
	var roles v1alpha1.ECSRoleList
	Expect(api.List(ctx, &roles, client.InNamespace(w.namespace))).To(Succeed())
	Expect(api.Get(ctx, client.ObjectKeyFromObject(w.account), w.account)).To(Succeed())
	versions := map[string]string{"account": w.account.ResourceVersion}
	for i := range roles.Items {
		versions[roles.Items[i].Name] = roles.Items[i].ResourceVersion
	}
	return versions
}

// eventReasons are the reasons of the events in the API server about an object.
func eventReasons(ctx context.Context, role *v1alpha1.ECSRole) []string {
	GinkgoHelper()
	var list eventsv1.EventList
	Expect(api.List(ctx, &list, client.InNamespace(role.Namespace))).To(Succeed())
	var reasons []string
	for i := range list.Items {
		event := &list.Items[i]
		if event.Regarding.Kind != v1alpha1.KindECSRole || event.Regarding.Name != role.Name {
			continue
		}
		Expect(event.ReportingController).To(Equal(v1alpha1.FieldOwner))
		Expect(event.Action).NotTo(BeEmpty())
		Expect(event.Note).NotTo(BeEmpty())
		reasons = append(reasons, event.Reason)
	}
	return reasons
}

var _ = Describe("the generated ClusterRole", func() {
	It("lets the controllers create, update, repair and delete, and forbids no call that they make", func(ctx context.Context) {
		w := newWorld(ctx, atOnce)
		user := "controller-of-" + w.namespace
		bindClusterRole(ctx, user)
		var refused refusals
		config := rest.CopyConfig(restConfig)
		config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
		config.Wrap(refused.watch)
		w.manage(ctx, config)

		role := w.role("app", v1alpha1.RoleTypeTask, full)
		Expect(api.Create(ctx, role)).To(Succeed())
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Description = "changed" })
		eventually(ctx, role, v1alpha1.ReasonReconciled)
		Expect(w.iamRole(nameOf(role)).Description).To(Equal("changed"))
		Expect(api.Get(ctx, client.ObjectKeyFromObject(w.account), w.account)).To(Succeed())
		Expect(w.account.Status.Partition).NotTo(BeEmpty())
		Expect(api.Delete(ctx, role)).To(Succeed())
		eventuallyGone(ctx, role)
		Eventually(func() []string { return eventReasons(ctx, role) }).WithTimeout(patient).
			Should(ConsistOf("Created", "Updated", "Deleted"))
		Expect(refused.list()).To(BeEmpty())
	})
})

// bindClusterRole gives config/rbac/role.yaml to a user.
func bindClusterRole(ctx context.Context, user string) {
	GinkgoHelper()
	text, err := os.ReadFile("../config/rbac/role.yaml")
	Expect(err).NotTo(HaveOccurred())
	role := &rbacv1.ClusterRole{}
	Expect(yaml.UnmarshalStrict(text, role)).To(Succeed())
	role.Name = user
	Expect(api.Create(ctx, role)).To(Succeed())
	Expect(api.Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: user},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	})).To(Succeed())
}

// refusals are the requests that the API server forbade.
type refusals struct {
	mu       sync.Mutex
	requests []string
}

func (r *refusals) list() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

func (r *refusals) watch(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		response, err := next.RoundTrip(request)
		if err == nil && response.StatusCode == http.StatusForbidden {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.requests = append(r.requests, request.Method+" "+request.URL.Path)
		}
		return response, err
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
