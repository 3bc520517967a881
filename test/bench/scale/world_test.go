// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/test/bench/apiserver"
)

const (
	clusterID = "bench"
	accountID = "111122223333"
	namespace = "team"
	// interval is that of the resync, window that of the propagation, workers the concurrency; all are defaults.
	interval = v1alpha1.DefaultResyncIntervalSeconds * time.Second
	window   = 10 * time.Second
	workers  = 8
	latency  = 20 * time.Millisecond
)

// world is an AWS account, an API server, and a controller between them while one runs.
type world struct {
	t      *testing.T
	sim    *iamsim.Sim
	api    *apiserver.Server
	events atomic.Int64
	listed atomic.Int64
	stop   func()
	// changes is the change log of the controller.
	changes *kept

	mu      sync.Mutex
	repairs []string // the notes of events of corrected drift
}

func newWorld(t *testing.T) *world {
	t.Helper()
	quotas := iamsim.DefaultQuotas()
	quotas.Roles, quotas.Policies = 20_000, 20_000
	w := &world{
		t: t, sim: iamsim.New(iamsim.Options{Quotas: quotas}), api: apiserver.New(apiserver.Resources()...), stop: func() {},
	}
	w.sim.SetLatency(latency)
	w.apply(account("default", accountID))
	w.apply(&corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: namespace},
	})
	return w
}

// account is an AWSAccount with all defaults, whose calls are not held back: AWS is to be the limit.
func account(name, id string) *v1alpha1.AWSAccount {
	return &v1alpha1.AWSAccount{
		TypeMeta:   typeOf(v1alpha1.KindAWSAccount),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.AWSAccountSpec{
			AccountID: id, Region: "eu-west-1", PropagationDelaySeconds: new(int32(window.Seconds())),
			AllowedNamespaces: v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromAll},
			Guardrails: &v1alpha1.Guardrails{PermissionGuardrails: v1alpha1.PermissionGuardrails{
				Mode: v1alpha1.GuardrailModeUnrestricted,
			}},
		},
	}
}

func typeOf(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: kind}
}

// role is one with an inline policy and two attached ones.
func role(i int) *v1alpha1.ECSRole {
	return &v1alpha1.ECSRole{
		TypeMeta:   typeOf(v1alpha1.KindECSRole),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: nameOf(i)},
		Spec: v1alpha1.ECSRoleSpec{
			Type: v1alpha1.RoleTypeTask, AccountRef: v1alpha1.AccountReference{Name: "default"},
			ManagedPolicies: []v1alpha1.ManagedPolicy{
				{ARN: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}, {ARN: "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"},
			},
			Statements: []v1alpha1.Statement{{
				Sid: "ReadConfig", Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
				Resources: []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern("arn:{partition}:s3:::config-" + nameOf(i) + "/*")},
			}},
		},
	}
}

func nameOf(i int) string { return fmt.Sprintf("app-%d", i) }

// inIAM is the name of a role in IAM.
func inIAM(i int) string { return namespace + "_" + nameOf(i) }

func (w *world) apply(object client.Object) {
	w.t.Helper()
	if err := w.api.Apply(object); err != nil {
		w.t.Fatal(err)
	}
}

// forget drops what was counted.
func (w *world) forget() {
	w.sim.ResetCalls()
	w.api.Reset()
	w.events.Store(0)
}

// calls are those to IAM that match, since forget.
func (w *world) calls(match func(iamsim.Call) bool) []iamsim.Call {
	var found []iamsim.Call
	for _, call := range w.sim.Calls() {
		if call.Service == "iam" && match(call) {
			found = append(found, call)
		}
	}
	return found
}

func anyCall(iamsim.Call) bool { return true }

// writes is how often the Kubernetes API was written to, events included.
func (w *world) writes() int {
	n := int(w.events.Load())
	for _, times := range w.api.Writes() {
		n += times
	}
	return n
}

// ready is how many roles are Ready.
func (w *world) ready() int { return w.readyOf(v1alpha1.KindECSRole) }

// readyOf is how many objects of a kind are Ready.
func (w *world) readyOf(kind string) int {
	n := 0
	w.api.Each(kind, func(object map[string]any) {
		status, _ := object["status"].(map[string]any)
		conditions, _ := status["conditions"].([]any)
		for _, each := range conditions {
			if c, is := each.(map[string]any); is && c["type"] == v1alpha1.ConditionReady && c["status"] == "True" {
				n++
			}
		}
	})
	return n
}

// until waits until something holds, of simulated time.
func (w *world) until(what string, atMost, step time.Duration, holds func() bool) time.Duration {
	w.t.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) > atMost {
			w.t.Fatalf("after %s it does not hold that %s; the first role says %+v", atMost, what, w.read(0).Status.Conditions)
		}
		time.Sleep(step)
	}
	return time.Since(began)
}

// Eventf counts an event, which is a write of the Kubernetes API, and keeps what it says.
func (w *world) Eventf(_, _ runtime.Object, _, reason, _, note string, args ...any) {
	w.events.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if reason == string(v1alpha1.ReasonDriftCorrected) {
		w.repairs = append(w.repairs, fmt.Sprintf(note, args...))
	}
}

// start runs a manager with all controllers.
func (w *world) start() {
	w.t.Helper()
	ctrl.SetLogger(logr.Discard())
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, v1alpha1.AddToScheme, apiextensionsv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			w.t.Fatal(err)
		}
	}
	mgr, err := ctrl.NewManager(&rest.Config{Host: "http://api.test", Transport: w.api.Transport(), QPS: -1}, ctrl.Options{
		Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"},
		Controller:     config.Controller{SkipNameValidation: new(true)},
		Client:         client.Options{FieldOwner: v1alpha1.FieldOwner},
		MapperProvider: func(*rest.Config, *http.Client) (meta.RESTMapper, error) { return mapper(scheme), nil },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	environment := pass.Environment{
		Client: counting{mgr.GetClient(), &w.listed}, APIReader: mgr.GetAPIReader(), Recorder: w, Clock: clock.RealClock{},
		Accounts:  awsiam.NewFactory(w.aws(), awsiam.FactoryOptions{Version: "bench"}),
		ClusterID: clusterID, Region: "eu-west-1", Jitter: func() float64 { return 0.5 },
		Snapshots: snapshot.New(clusterID), Drift: &pass.Drift{}, Events: events.NewListener(),
	}
	if w.changes != nil {
		environment.Changes = w.changes
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	for _, each := range controllers.All(environment) {
		if err := each.SetupWithManager(ctx, mgr, controller.Options{MaxConcurrentReconciles: workers}); err != nil {
			w.t.Fatal(err)
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	w.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
		w.stop = func() {}
	}
}

// counting counts the objects that are listed.
type counting struct {
	client.Client
	listed *atomic.Int64
}

func (c counting) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	err := c.Client.List(ctx, list, options...)
	c.listed.Add(int64(meta.LenList(list)))
	return err //nolint:wrapcheck // it is passed on
}

// mapper knows the resources without asking.
func mapper(scheme *runtime.Scheme) meta.RESTMapper {
	m := meta.NewDefaultRESTMapper(scheme.PrioritizedVersionsAllGroups())
	for kind := range scheme.AllKnownTypes() {
		scope := meta.RESTScopeNamespace
		for _, r := range apiserver.Resources() {
			if r.Kind == kind.Kind && !r.Namespaced {
				scope = meta.RESTScopeRoot
			}
		}
		m.Add(kind, scope)
	}
	return m
}

// aws reaches the account without a network.
func (w *world) aws() aws.Config {
	return aws.Config{
		Region: "eu-west-1", HTTPClient: direct{w.sim}, BaseEndpoint: aws.String("http://iam.test"),
		Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", ""),
	}
}

type direct struct{ handler http.Handler }

// Do implements aws.HTTPClient.
func (d direct) Do(request *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

// read reads a role from the API server.
func (w *world) read(i int) *v1alpha1.ECSRole {
	w.t.Helper()
	found := &v1alpha1.ECSRole{}
	if !w.api.Get(v1alpha1.KindECSRole, types.NamespacedName{Namespace: namespace, Name: nameOf(i)}, found) {
		w.t.Fatalf("there is no role %d", i)
	}
	return found
}
