// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/test/controlplane"
)

const (
	ownNamespace = "ecs-iam-system"
	webhookName  = "ecs-iam-controller-webhook"
)

// said collects the warnings that the API server sends, as kubectl prints them.
type said struct {
	mu   sync.Mutex
	list []string
}

// HandleWarningHeader implements rest.WarningHandler.
func (s *said) HandleWarningHeader(_ int, _, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, text)
}

func (s *said) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.list
	s.list = nil
	return list
}

// cluster is a control plane with what config/rbac and config/webhook install, but for a Service that leads to this
// process, and a kubelet that mounts the Secret.
type cluster struct {
	*WithT
	config  *rest.Config
	scheme  *runtime.Scheme
	api     client.Client
	said    *said
	options webhookOptions
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	config, stop, err := controlplane.Start(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	c := &cluster{WithT: NewWithT(t), config: config, scheme: runtime.NewScheme(), said: &said{}}
	c.Expect(clientgoscheme.AddToScheme(c.scheme)).To(Succeed())
	c.Expect(v1alpha1.AddToScheme(c.scheme)).To(Succeed())
	speaking := rest.CopyConfig(config)
	speaking.WarningHandler = c.said
	c.api, err = client.New(speaking, client.Options{Scheme: c.scheme})
	c.Expect(err).NotTo(HaveOccurred())
	c.options = webhookOptions{
		addr: freeAddress(t), certDir: t.TempDir(), certSecret: webhookName, service: webhookName,
		configuration: "ecs-iam-controller", namespace: ownNamespace,
	}
	c.Expect(c.api.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ownNamespace}})).To(Succeed())
	c.install(t, "rbac")
	c.install(t, "webhook")
	return c
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// install applies the manifests of a folder under config.
func (c *cluster) install(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "config", folder, "*.yaml"))
	c.Expect(err).NotTo(HaveOccurred())
	for _, file := range files {
		content, err := os.ReadFile(file)
		c.Expect(err).NotTo(HaveOccurred())
		object := &unstructured.Unstructured{}
		if utilyaml.Unmarshal(content, object) != nil || strings.HasPrefix(object.GetAPIVersion(), "kustomize.") {
			continue
		}
		c.adapt(object)
		c.Expect(c.api.Create(t.Context(), object)).To(Succeed(), file)
	}
}

// adapt lets the Service, and the configuration, lead to this process.
func (c *cluster) adapt(object *unstructured.Unstructured) {
	_, port, err := c.options.hostPort()
	c.Expect(err).NotTo(HaveOccurred())
	switch object.GetKind() {
	case "Service":
		object.Object["spec"] = map[string]any{"type": "ExternalName", "externalName": "localhost"}
	case "ValidatingWebhookConfiguration":
		hooks, _, _ := unstructured.NestedSlice(object.Object, "webhooks")
		hook, _ := hooks[0].(map[string]any)
		c.Expect(unstructured.SetNestedField(hook, int64(port), "clientConfig", "service", "port")).To(Succeed())
		c.Expect(unstructured.SetNestedSlice(object.Object, hooks, "webhooks")).To(Succeed())
	}
}

// mount does what a kubelet does with the Secret of a volume.
func (c *cluster) mount(ctx context.Context) {
	for ctx.Err() == nil {
		secret := &corev1.Secret{}
		if c.api.Get(ctx, client.ObjectKey{Namespace: ownNamespace, Name: webhookName}, secret) == nil {
			for name, content := range secret.Data {
				file := filepath.Join(c.options.certDir, name)
				if had, _ := os.ReadFile(file); !bytes.Equal(had, content) {
					_ = os.WriteFile(file, content, 0o600)
				}
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// serve runs a replica as the controller's service account, which never becomes the leader.
func (c *cluster) serve(t *testing.T) (stop func()) {
	t.Helper()
	config := rest.CopyConfig(c.config)
	config.Impersonate = rest.ImpersonationConfig{
		UserName: "system:serviceaccount:" + ownNamespace + ":ecs-iam-controller",
		Groups:   []string{"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:" + ownNamespace},
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme: c.scheme, Metrics: metricsserver.Options{BindAddress: "0"}, HealthProbeBindAddress: "0",
		LeaderElection: true, LeaderElectionID: "controller." + v1alpha1.GroupName, LeaderElectionNamespace: ownNamespace,
	})
	c.Expect(err).NotTo(HaveOccurred())
	c.Expect(serveWebhook(t.Context(), mgr, c.options.server(), "eu-west-1", c.options)).To(Succeed())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go c.mount(ctx)
	go func() { done <- mgr.Start(ctx) }()
	return func() {
		cancel()
		c.Expect(<-done).To(Succeed())
	}
}

// lead has another replica hold the lease.
func (c *cluster) lead(t *testing.T) {
	t.Helper()
	now := metav1.NowMicro()
	c.Expect(c.api.Create(t.Context(), &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Namespace: ownNamespace, Name: "controller." + v1alpha1.GroupName},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: new("another"), LeaseDurationSeconds: new(int32(3600)), AcquireTime: &now, RenewTime: &now,
		},
	})).To(Succeed())
}

func ecsRole(name, action string) *v1alpha1.ECSRole {
	return &v1alpha1.ECSRole{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec: v1alpha1.ECSRoleSpec{
			Type: v1alpha1.RoleTypeTask,
			Statements: []v1alpha1.Statement{{
				Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{v1alpha1.Action(action)},
				Resources: []v1alpha1.ResourcePattern{"*"},
			}},
		},
	}
}

func TestTheWebhookRefusesWhatAnObjectAloneDecidesAndIsNeverInTheWay(t *testing.T) {
	c := startCluster(t)
	ctx, wrong := t.Context(), "ecs:DescribeCluster"

	// Nothing serves: everything is admitted.
	old := ecsRole("old", wrong)
	old.Finalizers = []string{v1alpha1.Finalizer}
	c.Expect(c.api.Create(ctx, old)).To(Succeed())

	c.lead(t)
	stop := c.serve(t)
	dryRun := func() error { return c.api.Create(ctx, ecsRole("another", wrong), client.DryRunAll) }
	c.Eventually(dryRun).WithTimeout(time.Minute).Should(MatchError(And(
		ContainSubstring(`admission webhook "validate.ecsiam.dev" denied the request: spec.statements[0].actions[0]: ecs has no ` +
			"action DescribeCluster: did you mean ecs:DescribeClusters? (UnknownAction)"))))
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	c.Expect(c.api.Get(ctx, client.ObjectKey{Name: "ecs-iam-controller"}, configuration)).To(Succeed())
	c.Expect(configuration.Webhooks[0].ClientConfig.CABundle).NotTo(BeEmpty())

	// What other objects decide is printed.
	c.said.take()
	c.Expect(c.api.Create(ctx, ecsRole("new", "ecs:DescribeClusters"))).To(Succeed())
	c.Expect(c.said.take()).To(ContainElement(ContainSubstring("AWSAccount default does not exist yet")))

	// What is stored keeps its metadata, and its other fields, editable, and can be deleted.
	c.said.take()
	old.Labels = map[string]string{"team": "shop"}
	c.Expect(c.api.Update(ctx, old)).To(Succeed())
	c.Expect(c.said.take()).To(BeEmpty(), "an unchanged spec is not judged")
	old.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	c.Expect(c.api.Update(ctx, old)).To(Succeed())
	c.Expect(c.said.take()).To(ContainElement(ContainSubstring("(UnknownAction)")))
	c.Expect(c.api.Delete(ctx, old)).To(Succeed())
	c.Expect(c.api.Get(ctx, client.ObjectKeyFromObject(old), old)).To(Succeed())
	old.Finalizers, old.Spec.Statements = nil, ecsRole("", "s3:GetObjct").Spec.Statements
	c.Expect(c.api.Update(ctx, old)).To(Succeed(), "an object that is being deleted is not judged")

	t.Run("its certificates are renewed before they end, while it serves", c.renewsItsCertificates)

	stop()
	c.Eventually(dryRun).Should(Succeed(), "a webhook that is gone is not in the way")
}

// A webhook that blocks a cluster does so by its configuration.
func TestTheWebhooksConfigurationBlocksNothing(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "config", "webhook", "configuration.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := utilyaml.UnmarshalStrict(content, configuration); err != nil {
		t.Fatal(err)
	}
	for _, hook := range configuration.Webhooks {
		if *hook.FailurePolicy != admissionregistrationv1.Ignore || *hook.TimeoutSeconds != 3 ||
			*hook.SideEffects != admissionregistrationv1.SideEffectClassNone || len(hook.MatchConditions) < 2 ||
			hook.ClientConfig.CABundle != nil {
			t.Errorf("webhook %s: %+v", hook.Name, hook)
		}
		for _, rule := range hook.Rules {
			if slices.Contains(rule.Operations, admissionregistrationv1.Delete) ||
				slices.ContainsFunc(rule.Resources, func(r string) bool { return strings.ContainsAny(r, "*/") }) {
				t.Errorf("webhook %s asks about deletions or subresources: %+v", hook.Name, rule)
			}
		}
	}
}
