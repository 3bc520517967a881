// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"helm.sh/helm/v4/pkg/action"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/yaml"
)

// helm is one run of Helm: like a new process, it learns anew which kinds there are.
func (c *cluster) helm(namespace string) *action.Configuration {
	c.Helper()
	cache := c.TempDir()
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.Namespace, flags.CacheDir = &c.kubeconfig, &namespace, &cache
	configuration := action.NewConfiguration()
	c.must(configuration.Init(flags, namespace, "secret"))
	return configuration
}

func (c *cluster) install(release, namespace string, packed *chart.Chart, values string) error {
	c.Helper()
	install := action.NewInstall(c.helm(namespace))
	install.ReleaseName, install.Namespace, install.CreateNamespace = release, namespace, true
	install.WaitStrategy = kube.HookOnlyStrategy
	_, err := install.RunWithContext(c.Context(), packed, c.values(values))
	return err
}

func (c *cluster) upgrade(release, namespace string, packed *chart.Chart, values string) error {
	c.Helper()
	upgrade := action.NewUpgrade(c.helm(namespace))
	upgrade.Namespace, upgrade.WaitStrategy = namespace, kube.HookOnlyStrategy
	_, err := upgrade.RunWithContext(c.Context(), release, packed, c.values(values))
	return err
}

// rollback goes back to a revision; 0 is the one before.
func (c *cluster) rollback(release, namespace string, revision int) error {
	c.Helper()
	rollback := action.NewRollback(c.helm(namespace))
	rollback.Version, rollback.WaitStrategy = revision, kube.HookOnlyStrategy
	return rollback.Run(release)
}

func (c *cluster) uninstall(release, namespace string) error {
	c.Helper()
	uninstall := action.NewUninstall(c.helm(namespace))
	uninstall.WaitStrategy = kube.HookOnlyStrategy
	_, err := uninstall.Run(release)
	return err
}

func (c *cluster) values(text string) map[string]any {
	c.Helper()
	values := map[string]any{}
	c.must(yaml.Unmarshal([]byte(text), &values))
	return values
}
