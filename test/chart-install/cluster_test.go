// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package install installs, upgrades, rolls back and uninstalls the Helm chart on a real API server, with Helm as a
// library. What renders without a cluster is tested in test/chart.
package install

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/yaml"
)

const root = "../.."

// cluster is an API server of a test's own, empty but for what Kubernetes itself makes.
type cluster struct {
	*testing.T
	config     *rest.Config
	kubeconfig string
	client     client.Client
	clientset  kubernetes.Interface
}

func start(t *testing.T) *cluster {
	t.Helper()
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		t.Fatal("KUBEBUILDER_ASSETS names no control plane: set it to what hack/envtest.sh prints")
	}
	log.SetLogger(logr.Discard())
	environment := &envtest.Environment{}
	config, err := environment.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := environment.Stop(); err != nil {
			t.Errorf("stopping the control plane: %v", err)
		}
	})
	config.QPS = -1
	c := &cluster{T: t, config: config, kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	c.must(os.WriteFile(c.kubeconfig, environment.KubeConfig, 0o600))
	c.client, err = client.New(config, client.Options{Scheme: scheme.Scheme})
	c.must(err)
	c.clientset, err = kubernetes.NewForConfig(config)
	c.must(err)
	return c
}

func (c *cluster) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// apply creates an object; a new kind is served a moment after its definition, so it tries for a while.
func (c *cluster) apply(manifest string) *unstructured.Unstructured {
	c.Helper()
	object := c.object(manifest)
	c.eventually("creating "+object.GetKind(), func(ctx context.Context) error {
		return c.client.Create(ctx, object)
	})
	return object
}

func (c *cluster) object(manifest string) *unstructured.Unstructured {
	c.Helper()
	object := &unstructured.Unstructured{}
	c.must(yaml.Unmarshal([]byte(manifest), &object.Object))
	return object
}

// get reads an object by kind and name.
func (c *cluster) get(apiVersion, kind, namespace, name string) (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	err := c.client.Get(c.Context(), client.ObjectKey{Namespace: namespace, Name: name}, object)
	return object, err
}

func (c *cluster) mustGet(apiVersion, kind, namespace, name string) *unstructured.Unstructured {
	c.Helper()
	object, err := c.get(apiVersion, kind, namespace, name)
	c.must(err)
	return object
}

// eventually tries until it succeeds, for a minute.
func (c *cluster) eventually(what string, try func(context.Context) error) {
	c.Helper()
	var last error
	err := wait.PollUntilContextTimeout(c.Context(), 50*time.Millisecond, time.Minute, true,
		func(ctx context.Context) (bool, error) { last = try(ctx); return last == nil, nil })
	if err != nil {
		c.Fatalf("%s: %v, in the end: %v", what, err, last)
	}
}
