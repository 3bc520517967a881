// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

// What the reconcilers do in the cluster; config/rbac/role.yaml is generated from it. Finalizers and statuses are
// patched; a spec is never written, and no object is created or deleted but events. Of a CustomResourceDefinition only
// its deletion is looked at.

// +kubebuilder:rbac:groups=ecsiam.dev,resources=ecsroles;ecspolicies;ecsservicelinkedroles;awsaccounts,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=ecsiam.dev,resources=ecsroles/status;ecspolicies/status,verbs=patch
// +kubebuilder:rbac:groups=ecsiam.dev,resources=ecsservicelinkedroles/status;awsaccounts/status,verbs=patch
// +kubebuilder:rbac:groups=ecsiam.dev,resources=ecschangeapprovals,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=ecsiam.dev,resources=ecschangeapprovals/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get

// The manager looks for other installations of its name by the lease that each has in its own namespace, and asks
// whether the holder is one: whoever may edit a namespace may write a lease.
// +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,resourceNames=controller.ecsiam.dev,verbs=list
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create
