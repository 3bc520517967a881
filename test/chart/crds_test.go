// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package chart

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

const schemaVersion = "ecsiam.dev/schema-version"

func TestDefinitionsOutliveTheRelease(t *testing.T) {
	crds := ofKind(mustRender(t, "clusterID: a"), "CustomResourceDefinition")
	if len(crds) == 0 {
		t.Fatal("the chart has no definitions")
	}
	for _, crd := range crds {
		u := unstructured.Unstructured{Object: crd}
		if u.GetAnnotations()["helm.sh/resource-policy"] != "keep" || u.GetAnnotations()[schemaVersion] == "" {
			t.Errorf("%s has the annotations %v", named(crd), u.GetAnnotations())
		}
	}
}

// found is a definition in the cluster as a release, or kubectl, has left it there.
func found(version, releaseName string) runtime.Object {
	u := &unstructured.Unstructured{Object: fields{}}
	u.SetAPIVersion("apiextensions.k8s.io/v1")
	u.SetKind("CustomResourceDefinition")
	u.SetName("ecsroles.ecsiam.dev")
	annotations := map[string]string{}
	if version != "" {
		annotations[schemaVersion] = version
	}
	if releaseName != "" {
		u.SetLabels(map[string]string{"app.kubernetes.io/managed-by": "Helm"})
		annotations["meta.helm.sh/release-name"] = releaseName
		annotations["meta.helm.sh/release-namespace"] = system
	}
	u.SetAnnotations(annotations)
	return u
}

func TestADefinitionIsNeverReplacedByAnOlderOneNorTakenFromAnotherRelease(t *testing.T) {
	for name, c := range map[string]struct {
		there    runtime.Object
		rendered bool
		problem  string
	}{
		"our own, older":              {found("0", release), true, ""},
		"our own, current":            {found("1", release), true, ""},
		"our own, newer":              {found("99", release), false, ""},
		"another release's, current":  {found("1", "former"), false, ""},
		"another release's, newer":    {found("99", "former"), false, ""},
		"another release's, older":    {found("0", "former"), false, "kubectl annotate crd ecsroles.ecsiam.dev"},
		"kubectl's, current":          {found("1", ""), false, ""},
		"kubectl's, before a version": {found("", ""), false, "schema version 0"},
	} {
		objects, err := render(t, release, "clusterID: a", c.there)
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%s: got error %v, want one with %q", name, err, c.problem)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rendered := false
		for _, crd := range ofKind(objects, "CustomResourceDefinition") {
			rendered = rendered || named(crd) == "CustomResourceDefinition/ecsroles.ecsiam.dev"
		}
		if rendered != c.rendered {
			t.Errorf("%s: rendered is %v, want %v", name, rendered, c.rendered)
		}
	}
}
