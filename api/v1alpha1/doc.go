// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 is the API group ecsiam.dev: Amazon ECS role types and IAM policy statements as Kubernetes
// resources.
//
// The controller never writes a spec; a status is never authority for what the controller owns in AWS.
//
// +kubebuilder:object:generate=true
// +groupName=ecsiam.dev
package v1alpha1
