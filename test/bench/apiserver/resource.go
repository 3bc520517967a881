// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Resource is a kind that is served.
type Resource struct {
	// GroupVersion is as in apiVersion, Kind as in kind, Plural as in the path.
	GroupVersion, Kind, Plural string
	// Namespaced says that its objects are in namespaces.
	Namespaced bool
}

// Resources are those that the controller watches or writes.
func Resources() []Resource {
	own := func(kind, plural string, namespaced bool) Resource {
		return Resource{v1alpha1.GroupVersion.String(), kind, plural, namespaced}
	}
	return []Resource{
		own(v1alpha1.KindAWSAccount, "awsaccounts", false),
		own(v1alpha1.KindECSRole, "ecsroles", true),
		own(v1alpha1.KindECSPolicy, "ecspolicies", true),
		own(v1alpha1.KindECSServiceLinkedRole, "ecsservicelinkedroles", false),
		own("ECSChangeApproval", "ecschangeapprovals", false),
		{"v1", "Namespace", "namespaces", false},
		{"events.k8s.io/v1", "Event", "events", true},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false},
	}
}

func (r Resource) path() string { return r.root() + "/" + r.Plural }

// root is the path of the group and version.
func (r Resource) root() string {
	if r.GroupVersion == "v1" {
		return "api/v1"
	}
	return "apis/" + r.GroupVersion
}

func (r Resource) group() (group, version string) {
	group, version, found := strings.Cut(r.GroupVersion, "/")
	if !found {
		return "", group
	}
	return group, version
}

// discovered is the resource as discovery shows it.
func (r Resource) discovered() []metav1.APIResource {
	verbs := metav1.Verbs{"get", "list", "watch", "create", "patch", "update", "delete"}
	return []metav1.APIResource{
		{Name: r.Plural, SingularName: strings.ToLower(r.Kind), Namespaced: r.Namespaced, Kind: r.Kind, Verbs: verbs},
		{Name: r.Plural + "/status", Namespaced: r.Namespaced, Kind: r.Kind, Verbs: verbs},
	}
}

// managedFields are about those that a real server would keep of an object that kubectl and the controller write: they
// are a good part of what a cache may or may not hold.
func managedFields(object *unstructured.Unstructured) []metav1.ManagedFieldsEntry {
	entry := func(
		manager, subresource string, operation metav1.ManagedFieldsOperationType, owned any,
	) metav1.ManagedFieldsEntry {
		now := object.GetCreationTimestamp()
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: operation, APIVersion: object.GetAPIVersion(), Time: &now, FieldsType: "FieldsV1",
			FieldsV1: metav1.NewFieldsV1(string(encode(owned))), Subresource: subresource,
		}
	}
	entries := []metav1.ManagedFieldsEntry{
		entry("kubectl", "", metav1.ManagedFieldsOperationApply, map[string]any{"f:spec": fieldsOf(object.Object["spec"])}),
	}
	if status, found := object.Object["status"]; found {
		entries = append(entries, entry(v1alpha1.FieldOwner, "status", metav1.ManagedFieldsOperationApply,
			map[string]any{"f:status": fieldsOf(status)}))
	}
	if len(object.GetFinalizers()) > 0 {
		entries = append(entries, entry(v1alpha1.FieldOwner, "", metav1.ManagedFieldsOperationUpdate,
			map[string]any{"f:metadata": map[string]any{"f:finalizers": map[string]any{".": map[string]any{}}}}))
	}
	return entries
}

// fieldsOf is the set of the fields of a value.
func fieldsOf(value any) map[string]any {
	fields := map[string]any{}
	if object, is := value.(map[string]any); is {
		for name, each := range object {
			fields["f:"+name] = fieldsOf(each)
		}
	}
	return fields
}
