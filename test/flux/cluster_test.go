// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package flux lets Flux's own kustomize-controller apply the kinds of this repository to a real API server, where the
// controller works on a simulated account: what Flux waits for, gives up on, prunes and leaves alone.
package flux

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	root = "../.."
	// system is the namespace that Flux and the samples use for its own objects.
	system = "flux-system"
	// team is a namespace that the account of a test lets in.
	team = "payments"
)

// cluster is an API server of a test's own on which kustomize-controller is at work, and a simulated account.
type cluster struct {
	*testing.T

	config     *rest.Config
	kubeconfig string
	client     client.WithWatch
	sim        *iamsim.Sim
	artifacts  *artifacts
}

// start gives a cluster that knows nothing of this repository yet. The flags are more ones of kustomize-controller.
func start(t *testing.T, flags ...string) *cluster {
	t.Helper()
	log.SetLogger(logr.Discard())
	plane := &envtest.Environment{
		CRDDirectoryPaths:        []string{asset(t, "definitions")},
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: 2 * time.Minute,
		ControlPlaneStopTimeout:  2 * time.Minute,
	}
	config, err := plane.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Errorf("stopping the control plane: %v", err)
		}
	})
	config.QPS = -1
	c := &cluster{T: t, config: config, kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	c.must(os.WriteFile(c.kubeconfig, plane.KubeConfig, 0o600))
	c.client, err = client.NewWithWatch(config, client.Options{Scheme: kinds(t)})
	c.must(err)
	c.sim = iamsim.New(iamsim.Options{AccountID: environment.AccountID}).Start()
	t.Cleanup(c.sim.Close)
	c.artifacts = serve(t)
	c.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: system}})
	c.startKustomizeController(flags...)
	return c
}

// startWithController gives a cluster with the controller and an account whose objects may live in the team's
// namespace.
func startWithController(t *testing.T, flags ...string) *cluster {
	t.Helper()
	c := startWithoutAccount(t, flags...)
	account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	account.Spec.AccountID, account.Spec.Region = environment.AccountID, "eu-west-1"
	account.Spec.AllowedNamespaces = v1alpha1.AllowedNamespaces{
		From: v1alpha1.NamespacesFromNames, Names: []v1alpha1.NamespaceName{team},
	}
	account.Spec.PropagationDelaySeconds = new(int32(0)) // there is no ECS that a change must reach
	c.create(account)
	return c
}

// startWithoutAccount gives a cluster with the controller and the team's namespace.
func startWithoutAccount(t *testing.T, flags ...string) *cluster {
	t.Helper()
	c := start(t, flags...)
	c.install()
	c.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: team}})
	return c
}

// guard changes the guardrails of the account. The controller writes to it too, so that a conflict is no failure.
func (c *cluster) guard(change func(*v1alpha1.Guardrails)) {
	c.Helper()
	account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	c.eventually("changing the guardrails", func(ctx context.Context) error {
		if err := c.refresh(ctx, account); err != nil {
			return err
		}
		account.Spec.Guardrails = &v1alpha1.Guardrails{}
		change(account.Spec.Guardrails)
		return c.client.Update(ctx, account)
	})
}

// install does what the Helm chart does: the definitions, and the controller.
func (c *cluster) install() {
	c.Helper()
	_, err := envtest.InstallCRDs(c.config, envtest.CRDInstallOptions{
		Paths: []string{filepath.Join(root, "config", "crd", "bases")}, ErrorIfPathMissing: true,
	})
	c.must(err)
	c.startManager()
}

// asset is a file that hack/flux.sh prepares.
func asset(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("FLUX_ASSETS")
	if folder == "" || os.Getenv("KUBEBUILDER_ASSETS") == "" {
		t.Fatal("FLUX_ASSETS and KUBEBUILDER_ASSETS are not both set: run hack/flux.sh, which prepares what they name")
	}
	return filepath.Join(folder, name)
}

// kinds are those of Kubernetes, of Flux and of this repository.
func kinds(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, v1alpha1.AddToScheme, kustomizev1.AddToScheme, sourcev1.AddToScheme, helmv2.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return scheme
}

func (c *cluster) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *cluster) create(object client.Object) {
	c.Helper()
	c.must(c.client.Create(c.Context(), object))
}

// eventually tries until it succeeds, for two minutes: the health checks of Flux look every five seconds.
func (c *cluster) eventually(what string, try func(context.Context) error) {
	c.Helper()
	ctx := c.Context() // not the one that ends first, with which the last try would say no more than that
	var last error
	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 2*time.Minute, true,
		func(context.Context) (bool, error) { last = try(ctx); return last == nil, nil })
	if err != nil {
		c.Fatalf("%s: %v, in the end: %v", what, err, last)
	}
}
