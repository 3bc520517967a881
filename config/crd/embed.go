// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package crd holds the generated CustomResourceDefinitions, so that programs can apply the schema of the API server.
package crd

import "embed"

// Bases are the definitions as controller-gen writes them, one file a kind in the folder bases.
//
//go:embed bases/*.yaml
var Bases embed.FS
