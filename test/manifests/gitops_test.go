// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// inOrder are the steps of an installation.
var inOrder = []string{"ecs-iam-controller", "ecs-iam-account", "ecs-iam-roles"}

// gitops are the objects of a file under config/gitops, by kind and name.
func gitops(t *testing.T, file string) map[string]*unstructured.Unstructured {
	t.Helper()
	found := map[string]*unstructured.Unstructured{}
	for _, document := range documents(t, read(t, filepath.Join(root, "config", "gitops", file))) {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(document, &object.Object); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[object.GetKind()+"/"+object.GetName()] = object
	}
	return found
}

// at is the text at a path of fields.
func at(t *testing.T, object *unstructured.Unstructured, fields ...string) string {
	t.Helper()
	text, found, err := unstructured.NestedString(object.Object, fields...)
	if err != nil || !found {
		t.Errorf("%s %s has no text at %s: %v", object.GetKind(), object.GetName(), strings.Join(fields, "."), err)
	}
	return text
}

func isFolder(t *testing.T, path string) {
	t.Helper()
	if info, err := os.Stat(filepath.Join(root, path)); err != nil || !info.IsDir() {
		t.Errorf("there is no folder %s: %v", path, err)
	}
}

func TestFluxInstallsControllerAccountAndRolesInOrder(t *testing.T) {
	steps := gitops(t, "flux/kustomizations.yaml")
	for i, name := range inOrder {
		step := steps["Kustomization/"+name]
		if step == nil {
			t.Fatalf("there is no Kustomization %s among %v", name, slices.Sorted(maps.Keys(steps)))
		}
		isFolder(t, at(t, step, "spec", "path"))
		if wait, _, _ := unstructured.NestedBool(step.Object, "spec", "wait"); !wait {
			t.Errorf("Kustomization %s does not wait, so that the next begins before it is Ready", name)
		}
		if at(t, step, "spec", "retryInterval") == at(t, step, "spec", "interval") {
			t.Errorf("Kustomization %s that failed at a Stalled object is not tried again sooner than one that did not", name)
		}
		depends, _, err := unstructured.NestedSlice(step.Object, "spec", "dependsOn")
		switch {
		case err != nil || i == 0 && len(depends) > 0:
			t.Errorf("Kustomization %s depends on %v: %v", name, depends, err)
		case i > 0 && (len(depends) != 1 || depends[0].(map[string]any)["name"] != inOrder[i-1]):
			t.Errorf("Kustomization %s depends on %v, want %s", name, depends, inOrder[i-1])
		}
	}
}

func TestArgoCDInstallsControllerAccountAndRolesInOrder(t *testing.T) {
	applications := gitops(t, "argocd/applications.yaml")
	for i, name := range inOrder {
		application := applications["Application/"+name]
		if application == nil {
			t.Fatalf("there is no Application %s among %v", name, slices.Sorted(maps.Keys(applications)))
		}
		if wave := application.GetAnnotations()["argocd.argoproj.io/sync-wave"]; wave != string(rune('0'+i)) {
			t.Errorf("Application %s is in wave %q, want %d", name, wave, i)
		}
		if len(application.GetFinalizers()) > 0 {
			t.Errorf("Application %s deletes what it made when it is deleted", name)
		}
		if i > 0 {
			isFolder(t, at(t, application, "spec", "source", "path"))
		}
	}
}

// givenValues are the paths of all values that are given to the chart.
func givenValues(prefix string, values map[string]any) []string {
	var paths []string
	for key, value := range values {
		nested, isMap := value.(map[string]any)
		if isMap && key != "annotations" { // whose keys are free
			paths = append(paths, givenValues(prefix+key+".", nested)...)
			continue
		}
		paths = append(paths, prefix+key)
	}
	return paths
}

func TestTheSamplesGiveTheChartValuesThatItHas(t *testing.T) {
	var chart map[string]any
	if err := yaml.Unmarshal(read(t, filepath.Join(root, "charts", "ecs-iam-controller", "values.yaml")), &chart); err != nil {
		t.Fatal(err)
	}
	flux := gitops(t, "flux/controller/controller.yaml")
	argo := gitops(t, "argocd/applications.yaml")
	for tool, values := range map[string]any{
		"Flux":    flux["HelmRelease/ecs-iam-controller"].Object["spec"].(map[string]any)["values"],
		"Argo CD": argo["Application/ecs-iam-controller"].Object["spec"].(map[string]any)["source"].(map[string]any)["helm"].(map[string]any)["valuesObject"],
	} {
		given := givenValues("", values.(map[string]any))
		if !slices.Contains(given, "clusterID") {
			t.Errorf("%s: no clusterID among %v", tool, given)
		}
		for _, path := range given {
			if _, found, err := unstructured.NestedFieldNoCopy(chart, strings.Split(path, ".")...); !found || err != nil {
				t.Errorf("%s: the chart has no value %s: %v", tool, path, err)
			}
		}
	}
	source := flux["OCIRepository/ecs-iam-controller"]
	url := strings.TrimPrefix(at(t, source, "spec", "url"), "oci://")
	application := argo["Application/ecs-iam-controller"]
	if other := at(t, application, "spec", "source", "repoURL") + "/" + at(t, application, "spec", "source", "chart"); url != other {
		t.Errorf("Flux has the chart from %s, Argo CD from %s", url, other)
	}
}

func TestNeitherToolPrunesAccountsAndRoles(t *testing.T) {
	for folder, least := range map[string]int{"gitops/account": 1, "gitops/roles": 3} {
		objects := build(t, folder)
		if len(objects) < least {
			t.Fatalf("%s has %d objects", folder, len(objects))
		}
		for _, built := range objects {
			object, annotations := built.(client.Object), built.(client.Object).GetAnnotations()
			if annotations["kustomize.toolkit.fluxcd.io/prune"] != "disabled" ||
				annotations["argocd.argoproj.io/sync-options"] != "Prune=false,Delete=false" {
				t.Errorf("%T %s may be pruned: %v", object, object.GetName(), annotations)
			}
		}
	}
}

func TestTheRolesOfTheSamplesMayUseTheirAccount(t *testing.T) {
	account := only[*v1alpha1.AWSAccount](build(t, "gitops/account"))[0]
	if account.Name != "default" {
		t.Errorf("the account is called %s, which no role names", account.Name)
	}
	for _, role := range only[*v1alpha1.ECSRole](build(t, "gitops/roles")) {
		if !slices.Contains(account.Spec.AllowedNamespaces.Names, v1alpha1.NamespaceName(role.Namespace)) {
			t.Errorf("namespace %s of ECSRole %s may not use the account", role.Namespace, role.Name)
		}
	}
}

func TestArgoCDWaitsForTheHealthOfAnApplication(t *testing.T) {
	config := gitops(t, "argocd/health-of-applications.yaml")["ConfigMap/argocd-cm"]
	script := at(t, config, "data", "resource.customizations.health.argoproj.io_Application")
	if status, _ := health(t, script, map[string]any{"metadata": map[string]any{}}); status != "Progressing" {
		t.Errorf("an Application that was not synced is %s", status)
	}
	degraded := map[string]any{"status": map[string]any{"health": map[string]any{"status": "Degraded", "message": "a role"}}}
	if status, message := health(t, script, degraded); status != "Degraded" || message != "a role" {
		t.Errorf("got %s, %q", status, message)
	}
}
