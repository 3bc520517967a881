// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// plurals are the kinds whose definitions the controller needs.
var plurals = []string{"awsaccounts", "ecschangeapprovals", "ecspolicies", "ecsroles", "ecsservicelinkedroles"}

const applyDefinitions = "apply the CustomResourceDefinitions of this version: helm upgrade, or make install"

// definitions looks for each CustomResourceDefinition, and whether it is as new as the controller.
func definitions(ctx context.Context, cluster client.Reader, noCluster error) []Check {
	if noCluster != nil {
		return []Check{{
			Name: "kubernetes", Status: Failed, Message: fmt.Sprintf("the cluster is not known: %v", noCluster),
			Next: "run it in a pod with the controller's service account, or name a kubeconfig by KUBECONFIG",
		}}
	}
	checks := make([]Check, 0, len(plurals))
	for _, plural := range plurals {
		checks = append(checks, definition(ctx, cluster, plural+"."+v1alpha1.GroupName))
	}
	return checks
}

func definition(ctx context.Context, cluster client.Reader, name string) Check {
	crd := &metav1.PartialObjectMetadata{}
	crd.SetGroupVersionKind(schema.GroupVersionKind{
		Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition",
	})
	check := Check{Name: "crd " + name, Status: Failed}
	switch err := cluster.Get(ctx, types.NamespacedName{Name: name}, crd); {
	case apierrors.IsNotFound(err):
		check.Message, check.Next = "it is not in the cluster", applyDefinitions
	case apierrors.IsForbidden(err):
		check.Message = "the service account may not read it"
		check.Next = "bind the ClusterRole ecs-iam-controller to it"
	case err != nil:
		check.Message = fmt.Sprintf("it cannot be read: %v", err)
		check.Next = "check that the API server can be reached"
	case !crd.DeletionTimestamp.IsZero():
		check.Message, check.Next = "it is being deleted", "wait until it is gone, then "+applyDefinitions
	case v1alpha1.SchemaOutdated(crd.Annotations) != "":
		check.Message = "it is older than the controller: " + v1alpha1.SchemaOutdated(crd.Annotations)
		check.Next = applyDefinitions
	default:
		check.Status = OK
		check.Message = "schema version " + crd.Annotations[v1alpha1.AnnotationSchemaVersion]
	}
	return check
}
