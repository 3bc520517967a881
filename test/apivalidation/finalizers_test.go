// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apivalidation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"
)

const (
	namespaceUser  = "payments-lead"
	controllerUser = "system:serviceaccount:ecs-iam-system:ecs-iam-controller"
	removal        = `{"metadata":{"finalizers":null}}`
)

// install creates the manifests of config that are given by name, as an administrator.
func install(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("..", "..", "config", name))
		if err != nil {
			t.Fatal(err)
		}
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(text, &object.Object); err != nil {
			t.Fatal(err)
		}
		createFor(t, object)
	}
}

// createFor creates an object of Kubernetes' own for one test.
func createFor(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	gvk := object.GroupVersionKind()
	plural, _ := meta.UnsafeGuessKindToResource(gvk)
	resource := objects.Resource(plural)
	in := dynamic.ResourceInterface(resource)
	if object.GetNamespace() != "" {
		in = resource.Namespace(object.GetNamespace())
	}
	if _, err := in.Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
		t.Fatalf("creating %s %s: %v", gvk.Kind, object.GetName(), err)
	}
	t.Cleanup(func() {
		if err := in.Delete(cleanupContext(t), object.GetName(), metav1.DeleteOptions{}); err != nil {
			t.Errorf("deleting %s %s: %v", gvk.Kind, object.GetName(), err)
		}
	})
}

// as is a client for roles of a namespace that acts as someone else.
func as(t *testing.T, namespace, user string, groups ...string) dynamic.ResourceInterface {
	t.Helper()
	config := rest.CopyConfig(administrator)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client.Resource(rolesResource).Namespace(namespace)
}

var rolesResource = schema.GroupVersionResource{Group: "ecsiam.dev", Version: "v1alpha1", Resource: "ecsroles"}

// guarded is a role with the controller's finalizer, in a namespace whose user may edit roles.
func guarded(t *testing.T, name string) (namespace string) {
	t.Helper()
	namespace = newNamespace(t)
	binding := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
		"metadata": map[string]any{"name": "editor", "namespace": namespace},
		"roleRef": map[string]any{
			"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "ecs-iam-controller-ecsrole-editor",
		},
		"subjects": []any{map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": namespaceUser}},
	}}
	createFor(t, binding)
	createGuarded(t, name, namespace)
	return namespace
}

func TestOnlyTheControllerAndAnAdministratorRemoveTheFinalizerOfAnObject(t *testing.T) {
	install(t, "rbac/ecsrole_editor_role.yaml", "rbac/role.yaml", "rbac/role_binding.yaml")
	install(t, "finalizer-guard/policy.yaml", "finalizer-guard/policy_binding.yaml", "finalizer-guard/cluster_role.yaml",
		"finalizer-guard/cluster_role_binding.yaml")
	namespace := guarded(t, "app")
	user := as(t, namespace, namespaceUser)
	patch := func(by dynamic.ResourceInterface, change string) error {
		_, err := by.Patch(t.Context(), "app", types.MergePatchType, []byte(change), metav1.PatchOptions{})
		return err
	}
	refused := func(err error) bool {
		return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "only the controller removes the finalizer")
	}

	// The policy takes a moment to be in force; a dry run changes nothing until then.
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		_, err := user.Patch(t.Context(), "app", types.MergePatchType, []byte(removal),
			metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}})
		if refused(err) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("removing the finalizer of a live object: %v", err)
		}
	}
	labelled := `{"metadata":{"labels":{"team":"payments"},"finalizers":["ecsiam.dev/finalizer","example.com/own"]}}`
	if err := patch(user, labelled); err != nil {
		t.Errorf("labels and finalizers of one's own: %v", err)
	}
	if err := patch(user, `{"metadata":{"finalizers":["ecsiam.dev/finalizer"]}}`); err != nil {
		t.Errorf("removing one's own finalizer: %v", err)
	}
	if err := user.Delete(t.Context(), "app", metav1.DeleteOptions{}); err != nil {
		t.Fatalf("deleting: %v", err)
	}
	if err := patch(user, removal); !refused(err) {
		t.Errorf("removing the finalizer of an object that is being deleted: %v", err)
	}
	if err := patch(user, `{"metadata":{"finalizers":["example.com/own"]}}`); err == nil {
		t.Error("the finalizer was exchanged for another")
	}
	if err := patch(as(t, namespace, controllerUser), removal); err != nil {
		t.Errorf("the controller: %v", err)
	}

	createGuarded(t, "app", namespace)
	if err := user.Delete(t.Context(), "app", metav1.DeleteOptions{}); err != nil {
		t.Fatalf("deleting: %v", err)
	}
	if err := patch(as(t, namespace, "admin", "system:masters"), removal); err != nil {
		t.Errorf("an administrator: %v", err)
	}
}

// createGuarded creates a role with the finalizer, which the test removes.
func createGuarded(t *testing.T, name, namespace string) {
	t.Helper()
	role := newRole(name, nil)
	role.SetFinalizers([]string{"ecsiam.dev/finalizer"})
	if _, err := objects.Resource(rolesResource).Namespace(namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
