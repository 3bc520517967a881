// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apivalidation

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// apiCase is one file: its manifests and what its comments expect of the API server.
type apiCase struct {
	// wants are the texts of "# want:" lines: parts of the refusal, or fields of the stored object.
	wants []string
	// strictOnly is the reason of a "# strict-only:" line: a client that asks for no field validation gets the object
	// stored without the unknown field.
	strictOnly string
	// replaceOnly is the reason of a "# replace-only:" line: server-side apply refuses the change with another message.
	replaceOnly string
	documents   []*unstructured.Unstructured
}

// readCases reads every file of a folder, by name without extension.
func readCases(t *testing.T, folder string) map[string]apiCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	cases := make(map[string]apiCase, len(files))
	for _, file := range files {
		cases[strings.TrimSuffix(filepath.Base(file), ".yaml")] = readCase(t, file)
	}
	return cases
}

func readCase(t *testing.T, file string) apiCase {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c apiCase
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if want, found := strings.CutPrefix(line, "# want: "); found {
			c.wants = append(c.wants, want)
		}
		if reason, found := strings.CutPrefix(line, "# strict-only: "); found {
			c.strictOnly = reason
		}
		if reason, found := strings.CutPrefix(line, "# replace-only: "); found {
			c.replaceOnly = reason
		}
	}
	if len(c.wants) == 0 {
		t.Fatalf("%s has no line that begins with # want:", file)
	}
	c.documents = decode(t, file, content)
	return c
}

func decode(t *testing.T, file string, content []byte) []*unstructured.Unstructured {
	t.Helper()
	var documents []*unstructured.Unstructured
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents
		}
		if err != nil {
			t.Fatalf("splitting %s: %v", file, err)
		}
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(document, &object.Object); err != nil {
			t.Fatalf("reading %s: %v", file, err)
		}
		documents = append(documents, object)
	}
}

// client returns the client for the kind of an object, in the given namespace where the kind has one.
func client(object *unstructured.Unstructured, namespace string) dynamic.ResourceInterface {
	resource, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
	if isClusterScoped(object.GroupVersionKind()) {
		return objects.Resource(resource)
	}
	return objects.Resource(resource).Namespace(namespace)
}

func isClusterScoped(kind schema.GroupVersionKind) bool {
	clusterScoped := []string{v1alpha1.KindAWSAccount, v1alpha1.KindECSServiceLinkedRole, v1alpha1.KindECSChangeApproval}
	return slices.Contains(clusterScoped, kind.Kind)
}

// apply is kubectl apply --server-side: the API server refuses fields that the schema does not know.
func apply(
	ctx context.Context, object *unstructured.Unstructured, namespace string,
) (*unstructured.Unstructured, error) {
	data, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return client(object, namespace).Patch(ctx, object.GetName(), "application/apply-patch+yaml", data,
		metav1.PatchOptions{FieldManager: "user", FieldValidation: metav1.FieldValidationStrict})
}

// create posts an object as clients do that know no server-side apply, with the given field validation.
func create(
	ctx context.Context, object *unstructured.Unstructured, namespace, validation string,
) (*unstructured.Unstructured, error) {
	return client(object, namespace).Create(ctx, object, metav1.CreateOptions{FieldValidation: validation})
}

// remove deletes what a test stored, since kinds without a namespace share their names across tests.
func remove(t *testing.T, object *unstructured.Unstructured, namespace string) {
	t.Helper()
	if err := client(object, namespace).Delete(cleanupContext(t), object.GetName(), metav1.DeleteOptions{}); err != nil {
		t.Errorf("deleting %s %s: %v", object.GetKind(), object.GetName(), err)
	}
}
