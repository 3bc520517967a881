// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package desired turns resources and the things they refer to into the IAM entities that should exist, or into the
// list of all fields that are wrong. It is pure: what it needs comes in, nothing is looked up.
package desired
