// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache/informertest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllertest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// The load: AWS allows 40 calls at once and 20 a second, and answers after 20 milliseconds.
const (
	loadRoles   = 200
	loadWorkers = 8
	loadRate    = 20
	loadBurst   = 40
	loadLatency = 20 * time.Millisecond
)

// Time is simulated: the manager, the rate limiter and AWS wait for each other exactly as they would, on any machine, and
// the test takes no longer than its computations.
func TestAManagerCreatesTwoHundredRolesAtTheSpeedThatAWSAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		sim.SetRateLimit(loadRate, loadBurst)
		sim.SetLatency(loadLatency)
		api := loadedAPI(t, loadRoles)
		_, stop := manageLoad(t, sim, api)
		waitUntilReady(t, api)
		stop()

		var calls, throttled int
		var first, last time.Time
		for _, call := range sim.Calls() {
			if call.Service != "iam" {
				continue
			}
			if first.IsZero() {
				first = call.Time
			}
			last, calls = call.Time, calls+1
			if call.ErrorCode == "Throttling" {
				throttled++
			}
		}
		// CreateRole, PutRolePolicy and two times AttachRolePolicy a role; once GetAccountSummary, and the two calls of a
		// snapshot.
		needed := 4*loadRoles + 3
		allowed := time.Duration(needed-loadBurst) * time.Second / loadRate
		t.Logf("%d roles by %d workers: %d calls in %.1f s, of which %d were throttled (%.1f %%); the bucket allows the %d "+
			"needed calls in %.1f s: factor %.2f", loadRoles, loadWorkers, calls, last.Sub(first).Seconds(), throttled,
			100*float64(throttled)/float64(calls), needed, allowed.Seconds(), last.Sub(first).Seconds()/allowed.Seconds())
		if took := last.Sub(first); took > allowed*13/10 {
			t.Errorf("took %s, more than 1.3 times the %s that the bucket allows", took, allowed)
		}
		if throttled*100 >= 2*calls {
			t.Errorf("%d of %d calls were throttled, 2 %% or more", throttled, calls)
		}
		if got := len(sim.Roles()); got != loadRoles {
			t.Errorf("got %d roles, want %d", got, loadRoles)
		}
	})
}

func waitUntilReady(t *testing.T, api client.Client) {
	t.Helper()
	for range 60 {
		time.Sleep(10 * time.Second) // of simulated time
		if ready, all := countReady(t, api); ready == all {
			return
		}
	}
	t.Fatal("the roles are not Ready after ten minutes")
}

// loadedAPI is an API server with the roles, and an account that allows them.
func loadedAPI(t *testing.T, roles int) client.Client {
	t.Helper()
	objects := []client.Object{&v1alpha1.AWSAccount{
		ObjectMeta: metav1.ObjectMeta{Name: "default"},
		Spec: v1alpha1.AWSAccountSpec{
			AccountID: "111122223333", Region: "eu-west-1", PropagationDelaySeconds: ptr.To[int32](10),
			AllowedNamespaces: v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromAll},
			Guardrails:        unrestricted(),
		},
	}}
	for i := range roles {
		role := &v1alpha1.ECSRole{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "team", Name: fmt.Sprintf("app-%d", i), UID: types.UID(strconv.Itoa(i)), Generation: 1,
			},
			Spec: v1alpha1.ECSRoleSpec{
				Type: v1alpha1.RoleTypeTask, AccountRef: v1alpha1.AccountReference{Name: "default"},
			},
		}
		withStatement(role)
		withPolicies(ssmReadOnly, s3ReadOnly)(role)
		objects = append(objects, role)
	}
	return apiWith(t, objects...)
}

// apiWith is an API server with objects.
func apiWith(t *testing.T, objects ...client.Object) client.Client {
	t.Helper()
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(known); err != nil {
			t.Fatal(err)
		}
	}
	return noRivals{fake.NewClientBuilder().WithScheme(known).WithObjects(objects...).
		WithStatusSubresource(&v1alpha1.ECSRole{}, &v1alpha1.ECSPolicy{}, &v1alpha1.ECSServiceLinkedRole{},
			&v1alpha1.AWSAccount{}).Build()}
}

// noRivals finds nothing in the indices of the manager's cache, as far as they are of roles and tell of rivals: no two
// objects of the load claim one role.
type noRivals struct{ client.Client }

func (n noRivals) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	o := &client.ListOptions{}
	o.ApplyOptions(options)
	_, policies := list.(*v1alpha1.ECSPolicyList)
	_, accounts := list.(*v1alpha1.AWSAccountList)
	switch {
	case o.FieldSelector == nil:
		return n.Client.List(ctx, list, options...)
	case policies || accounts || o.FieldSelector.Requirements()[0].Field == "policy-ref":
		return filtering(n).List(ctx, list, options...)
	}
	return nil
}

// manageLoad runs the role controller in a manager over an API server, and shows it the roles.
func manageLoad(t *testing.T, sim *iamsim.Sim, api client.Client) (informers *lockedInformers, stop func()) {
	t.Helper()
	return manageOver(t, awsConfig(sim), api)
}

// manageOver is manageLoad with AWS as a configuration reaches it.
func manageOver(t *testing.T, reached aws.Config, api client.Client) (informers *lockedInformers, stop func()) {
	t.Helper()
	return manageCounted(t, reached, api, prometheus.NewRegistry())
}

// manageCounted is manageOver with a registry for the metrics.
func manageCounted(
	t *testing.T, reached aws.Config, api client.Client, registry *prometheus.Registry,
) (informers *lockedInformers, stop func()) {
	t.Helper()
	calls, err := awsiam.NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := pass.NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	informers = &lockedInformers{FakeInformers: &informertest.FakeInformers{Scheme: api.Scheme()}}
	mgr, err := ctrl.NewManager(&rest.Config{}, ctrl.Options{
		Scheme: api.Scheme(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
		NewCache:   func(*rest.Config, cache.Options) (cache.Cache, error) { return informers, nil },
		NewClient:  func(*rest.Config, client.Options) (client.Client, error) { return api, nil },
		MapperProvider: func(*rest.Config, *http.Client) (meta.RESTMapper, error) {
			return api.RESTMapper(), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	factory := awsiam.NewFactory(reached, awsiam.FactoryOptions{Version: "test", Metrics: calls})
	environment := pass.Environment{
		Client: api, APIReader: api, Accounts: factory, Recorder: silent{}, Clock: clock.RealClock{},
		ClusterID: clusterID, Region: "eu-west-1", Jitter: func() float64 { return 0.5 },
		Snapshots: snapshot.New(clusterID), Drift: &pass.Drift{}, Metrics: counts, Events: events.NewListener(),
	}
	for _, each := range []controllers.Reconciler{
		controllers.NewRoleReconciler(environment), controllers.NewPolicyReconciler(environment),
		controllers.NewServiceLinkedRoleReconciler(environment), controllers.NewAccountReconciler(environment),
	} {
		if err := each.SetupWithManager(t.Context(), mgr, controller.Options{MaxConcurrentReconciles: loadWorkers}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	synctest.Wait()
	announce(t, api, informers)
	return informers, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// awsConfig reaches a simulator without a network.
func awsConfig(sim *iamsim.Sim) aws.Config {
	return aws.Config{
		Region: "eu-west-1", HTTPClient: direct{sim}, BaseEndpoint: aws.String("http://iam.test"),
		Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", ""),
	}
}

// lockedInformers are fake informers that several watches may ask for at once.
type lockedInformers struct {
	*informertest.FakeInformers
	mu sync.Mutex
}

func (l *lockedInformers) GetInformer(
	ctx context.Context, object client.Object, options ...cache.InformerGetOption,
) (cache.Informer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	informer, err := l.FakeInformers.GetInformer(ctx, object, options...)
	return lockedInformer{informer, &l.mu}, err
}

// lockedInformer is an informer that several watches may add handlers to at once.
type lockedInformer struct {
	cache.Informer
	mu *sync.Mutex
}

func (l lockedInformer) AddEventHandlerWithOptions(
	handler toolscache.ResourceEventHandler, options toolscache.HandlerOptions,
) (toolscache.ResourceEventHandlerRegistration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Informer.AddEventHandlerWithOptions(handler, options)
}

// announce tells the controllers of all objects.
func announce(t *testing.T, api client.Client, informers *lockedInformers) {
	t.Helper()
	var accounts v1alpha1.AWSAccountList
	if err := api.List(t.Context(), &accounts); err != nil {
		t.Fatal(err)
	}
	for i := range accounts.Items {
		informers.of(t, &v1alpha1.AWSAccount{}).Add(&accounts.Items[i])
	}
	var policies v1alpha1.ECSPolicyList
	if err := api.List(t.Context(), &policies); err != nil {
		t.Fatal(err)
	}
	for i := range policies.Items {
		informers.of(t, &v1alpha1.ECSPolicy{}).Add(&policies.Items[i])
	}
	var linked v1alpha1.ECSServiceLinkedRoleList
	if err := api.List(t.Context(), &linked); err != nil {
		t.Fatal(err)
	}
	for i := range linked.Items {
		informers.of(t, &v1alpha1.ECSServiceLinkedRole{}).Add(&linked.Items[i])
	}
	informer := informers.of(t, &v1alpha1.ECSRole{})
	var list v1alpha1.ECSRoleList
	if err := api.List(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		informer.Add(&list.Items[i])
	}
}

// of is the informer through which the controllers learn of the objects of a kind.
func (l *lockedInformers) of(t *testing.T, kind client.Object) *controllertest.FakeInformer {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	informer, err := l.FakeInformerFor(t.Context(), kind)
	if err != nil {
		t.Fatal(err)
	}
	return informer
}

// direct is an HTTP client without a network.
type direct struct{ handler http.Handler }

func (d direct) Do(request *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

// silent records no events.
type silent struct{}

func (silent) Eventf(_, _ runtime.Object, _, _, _, _ string, _ ...any) {}
