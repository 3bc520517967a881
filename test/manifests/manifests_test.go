// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manifests proves that everything under config/ can be installed and promises what it should: it builds,
// decodes without unknown fields, asks for no more permissions than are used, and its samples become roles that IAM
// accepts.
package manifests

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

const root = "../.."

// foreign are the groups of manifests whose Go types are not ours to import: kustomize, the Prometheus
// operator, cert-manager, Flux and Argo CD.
var foreign = []string{
	"kustomize.config.k8s.io/", "monitoring.coreos.com/", "cert-manager.io/", "source.toolkit.fluxcd.io/",
	"helm.toolkit.fluxcd.io/", "kustomize.toolkit.fluxcd.io/", "argoproj.io/",
}

func newScheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, rbacv1.AddToScheme, networkingv1.AddToScheme,
		policyv1.AddToScheme, apiextensionsv1.AddToScheme, admissionregistrationv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return scheme
}

// documents are the YAML documents of a text.
func documents(t *testing.T, content []byte) [][]byte {
	t.Helper()
	var all [][]byte
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := yaml.UnmarshalStrict(document, &fields); err != nil {
			t.Fatal(err)
		}
		if len(fields) > 0 {
			all = append(all, document)
		}
	}
}

// decode turns manifests into typed objects and fails on fields that their types do not have. Foreign kinds are left
// out.
func decode(t *testing.T, content []byte) []runtime.Object {
	t.Helper()
	decoder := serializer.NewCodecFactory(newScheme(t), serializer.EnableStrict).UniversalDeserializer()
	var objects []runtime.Object
	for _, document := range documents(t, content) {
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal(document, &kind); err != nil {
			t.Fatal(err)
		}
		if isForeign(kind.APIVersion) {
			continue
		}
		object, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			t.Fatalf("decoding %s: %v", kind.Kind, err)
		}
		objects = append(objects, object)
	}
	return objects
}

func isForeign(apiVersion string) bool {
	for _, group := range foreign {
		if strings.HasPrefix(apiVersion, group) {
			return true
		}
	}
	return false
}

// folders keeps what was read: tests ask for the same samples hundreds of times. Nobody changes what it holds.
var folders = struct {
	sync.Mutex
	read map[string]map[string][]runtime.Object
}{read: map[string]map[string][]runtime.Object{}}

// readFolder decodes all YAML files of a folder under config/, by file name.
func readFolder(t *testing.T, folder string) map[string][]runtime.Object {
	t.Helper()
	folders.Lock()
	defer folders.Unlock()
	if objects, ok := folders.read[folder]; ok {
		return objects
	}
	objects := map[string][]runtime.Object{}
	folders.read[folder] = objects
	for _, file := range yamlFiles(t, filepath.Join(root, "config", folder)) {
		if folder != recipesFolder && strings.Contains(filepath.ToSlash(file), "config/"+recipesFolder+"/") {
			continue // they are for another namespace and another account
		}
		objects[filepath.Base(file)] = decode(t, read(t, file))
	}
	return objects
}

// recipesFolder has roles with what names them beside them.
const recipesFolder = "samples/recipes"

// ofType are the objects of one type in a folder under config/.
func ofType[T runtime.Object](t *testing.T, folder string) []T {
	t.Helper()
	var found []T
	for _, objects := range readFolder(t, folder) {
		found = append(found, only[T](objects)...)
	}
	return found
}

func only[T runtime.Object](objects []runtime.Object) []T {
	var found []T
	for _, object := range objects {
		if typed, ok := object.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}

func yamlFiles(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == ".yaml" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("found no manifests in %s: %v", folder, err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// forAWS are templates of CloudFormation and configurations of eksctl, which the tests of config/iam read.
func forAWS(file string) bool {
	return strings.HasPrefix(filepath.ToSlash(file), filepath.ToSlash(root)+"/config/iam/")
}

func TestEveryManifestDecodesWithoutUnknownFields(t *testing.T) {
	for _, file := range yamlFiles(t, filepath.Join(root, "config")) {
		others := []string{"name-references.yaml", "values.yaml"}
		if forAWS(file) || filepath.Base(filepath.Dir(file)) == "kustomize" || slices.Contains(others, filepath.Base(file)) {
			continue // a configuration of kustomize and values of Argo CD's chart, no manifests
		}
		t.Run(file, func(t *testing.T) { decode(t, read(t, file)) })
	}
}

func TestEveryManifestIsPartOfAKustomization(t *testing.T) {
	for _, file := range yamlFiles(t, filepath.Join(root, "config")) {
		folder, name := filepath.Split(file)
		elsewhere := []string{"argocd", "flux", "kustomize"}
		if name == "kustomization.yaml" || forAWS(file) || slices.Contains(elsewhere, filepath.Base(folder)) {
			continue
		}
		if filepath.Base(folder) == "bases" {
			folder, name = filepath.Dir(filepath.Clean(folder)), "bases/"+name
		}
		var kustomization struct{ Resources []string }
		if err := yaml.Unmarshal(read(t, filepath.Join(folder, "kustomization.yaml")), &kustomization); err != nil {
			t.Fatal(err)
		}
		listed := false
		for _, resource := range kustomization.Resources {
			listed = listed || resource == name
		}
		if !listed {
			t.Errorf("%s is not among the resources of %s/kustomization.yaml", name, filepath.Clean(folder))
		}
	}
}
