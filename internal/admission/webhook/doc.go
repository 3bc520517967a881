// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package webhook answers the API server with what package admission says of an object. It reads the other objects from
// a cache and writes nothing, so that every replica answers and a dry run is like any other request.
package webhook
