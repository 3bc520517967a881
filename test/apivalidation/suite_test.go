// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package apivalidation proves what the API server accepts and refuses, with the messages that users read: every
// manifest under valid/, invalid/ and update/ goes through a real API server with the repository's CRDs.
package apivalidation

import (
	"context"
	"fmt"
	"os"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/ecsiam/ecs-iam-controller/test/controlplane"
)

var (
	objects    dynamic.Interface
	namespaces kubernetes.Interface
	// administrator may do everything, act as someone else too.
	administrator *rest.Config
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	config, stop, err := controlplane.Start(context.Background(), "../..")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stopping the control plane:", err)
		}
	}()
	// Hundreds of small requests to a local server: client-side throttling would only slow them down.
	config.QPS = -1
	administrator = config
	objects, namespaces = dynamic.NewForConfigOrDie(rest.CopyConfig(config)), kubernetes.NewForConfigOrDie(config)
	return m.Run()
}

// newNamespace creates a namespace for one test, so that tests run in any order. It outlives the test: no namespace
// controller runs here that could delete it.
func newNamespace(t *testing.T) string {
	t.Helper()
	namespace, err := namespaces.CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "api-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("creating a namespace: %v", err)
	}
	return namespace.Name
}

// cleanupContext is for what happens after a test, when its own context is over.
func cleanupContext(t *testing.T) context.Context {
	t.Helper()
	return context.WithoutCancel(t.Context())
}
