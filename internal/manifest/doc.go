// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manifest reads manifests of this project's kinds as an API server would: unknown fields refused, defaults
// set, schema and CEL rules applied. It needs no cluster, since it carries the CustomResourceDefinitions.
package manifest
