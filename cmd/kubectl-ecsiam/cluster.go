// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// cluster is the cluster that kubectl's own flags and the kubeconfig name. Every command that asks a cluster has one.
type cluster struct {
	kubeconfig kubeconfigFlags
}

// newCluster returns a cluster whose flags a command has.
func newCluster(cmd *cobra.Command) *cluster {
	c := &cluster{}
	c.kubeconfig.addTo(cmd.Flags())
	return c
}

// namespace is that of the flag, else that of the kubeconfig's context.
func (c *cluster) namespace() (string, error) {
	namespace, _, err := c.kubeconfig.load().Namespace()
	if err != nil {
		return "", fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return namespace, nil
}

// client reads the controller's objects and namespaces.
func (c *cluster) client() (client.Client, error) {
	config, err := c.kubeconfig.load().ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{v1alpha1.AddToScheme, corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("registering the kinds: %w", err)
		}
	}
	made, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper()})
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	return made, nil
}

// mapper knows the kinds that commands ask for, so that no command depends on discovery.
func mapper() meta.RESTMapper {
	known := meta.NewDefaultRESTMapper(nil)
	known.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	known.Add(schema.GroupVersionKind{
		Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition",
	}, meta.RESTScopeRoot)
	for _, kind := range []string{
		v1alpha1.KindAWSAccount, v1alpha1.KindECSServiceLinkedRole, v1alpha1.KindECSChangeApproval,
	} {
		known.Add(v1alpha1.GroupVersion.WithKind(kind), meta.RESTScopeRoot)
	}
	for _, kind := range []string{v1alpha1.KindECSRole, v1alpha1.KindECSPolicy} {
		known.Add(v1alpha1.GroupVersion.WithKind(kind), meta.RESTScopeNamespace)
	}
	return known
}
