// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package chart

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// kustomized are the objects of a folder under config/.
func kustomized(t *testing.T, folder string) []fields {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), root+"/config/"+folder)
	if err != nil {
		t.Fatal(err)
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

// comparable are the objects by kind and name, without what is Helm's own and what only config/ needs: the namespace,
// which Helm creates, and the settings, which are flags in the chart.
func comparable(t *testing.T, objects []fields) map[string]fields {
	t.Helper()
	all := map[string]fields{}
	for _, object := range objects {
		u := unstructured.Unstructured{Object: object}
		if u.GetKind() == "Namespace" || u.GetKind() == "ConfigMap" {
			continue
		}
		labels, annotations := u.GetLabels(), u.GetAnnotations()
		for _, label := range []string{"instance", "version", "managed-by"} {
			delete(labels, "app.kubernetes.io/"+label)
		}
		delete(labels, "helm.sh/chart")
		delete(annotations, "helm.sh/resource-policy")
		u.SetLabels(labels)
		u.SetAnnotations(annotations)
		if u.GetKind() == "Deployment" {
			withoutSettings(t, u.Object)
		}
		all[named(u.Object)] = u.Object
	}
	return all
}

// withoutSettings gives the cluster id one form.
func withoutSettings(t *testing.T, deployment fields) {
	t.Helper()
	for _, list := range []string{"initContainers", "containers"} {
		path := []string{"spec", "template", "spec", list}
		containers, found, err := unstructured.NestedSlice(deployment, path...)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			continue
		}
		for _, c := range containers {
			withoutClusterID(c.(fields))
		}
		if err := unstructured.SetNestedSlice(deployment, containers, path...); err != nil {
			t.Fatal(err)
		}
	}
}

func withoutClusterID(container fields) {
	for i, arg := range container["args"].([]any) {
		if strings.HasPrefix(arg.(string), "--cluster-id=") {
			container["args"].([]any)[i] = "--cluster-id="
		}
	}
	env, _ := container["env"].([]any)
	env = slices.DeleteFunc(env, func(v any) bool { return v.(fields)["name"] == "CLUSTER_ID" })
	if len(env) == 0 {
		delete(container, "env")
		return
	}
	container["env"] = env
}

func TestTheChartInstallsWhatConfigInstalls(t *testing.T) {
	want := comparable(t, kustomized(t, "default"))
	got := comparable(t, mustRender(t, "clusterID: a"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the chart differs from config/default (-config +chart):\n%s", diff)
	}
}

func TestWhatIsOptionalInTheChartIsThatOfConfig(t *testing.T) {
	for folder, values := range map[string]string{
		"overlays/webhook":                           "clusterID: a\nreplicas: 2\nwebhook: {enabled: true}",
		componentBesideDefault(t, "finalizer-guard"): "clusterID: a\nfinalizerGuard: {enabled: true}",
		componentBesideDefault(t, "preflight"):       "clusterID: a\npreflight: {enabled: true}",
	} {
		want := comparable(t, partOfUs(kustomized(t, folder)))
		got := comparable(t, mustRender(t, values))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("with %s the chart differs from config/%s (-config +chart):\n%s", values, folder, diff)
		}
	}
}

// partOfUs gives every object the label that config/default gives to its own, and not to those of a component beside it.
func partOfUs(objects []fields) []fields {
	for _, object := range objects {
		u := unstructured.Unstructured{Object: object}
		labels := u.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels["app.kubernetes.io/part-of"] = "ecs-iam-controller"
		u.SetLabels(labels)
	}
	return objects
}

// componentBesideDefault is an overlay with config/default and a component, by its path from config/.
func componentBesideDefault(t *testing.T, component string) string {
	t.Helper()
	folder := t.TempDir()
	config, err := filepath.Abs(root + "/config")
	if err != nil {
		t.Fatal(err)
	}
	up, err := filepath.Rel(folder, config)
	if err != nil {
		t.Fatal(err)
	}
	content := fmt.Sprintf("resources: [%s/default]\ncomponents: [%s/%s]\n", up, up, component)
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	down, err := filepath.Rel(config, folder)
	if err != nil {
		t.Fatal(err)
	}
	return down
}

func TestTheChartsAlertsAreThoseOfConfig(t *testing.T) {
	want := ofKind(kustomized(t, "prometheus"), "PrometheusRule")[0]["spec"]
	got := ofKind(mustRender(t, everything), "PrometheusRule")[0]["spec"]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the chart differs from config/prometheus (-config +chart):\n%s", diff)
	}
}

func TestTheChartsServiceMonitorIsTheOneOfConfig(t *testing.T) {
	want := ofKind(kustomized(t, "prometheus"), "ServiceMonitor")[0]["spec"]
	got := ofKind(mustRender(t, everything), "ServiceMonitor")[0]["spec"].(fields)
	delete(got["endpoints"].([]any)[0].(fields), "interval")
	if diff := cmp.Diff(want, any(got)); diff != "" {
		t.Errorf("the chart differs from config/prometheus (-config +chart):\n%s", diff)
	}
}
