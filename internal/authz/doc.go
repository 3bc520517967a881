// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package authz knows the actions of all AWS services: their access levels, the resource types and condition keys that
// they take, and the formats of ARNs. The data is embedded, compressed, and read when it is first asked for, each
// service by itself. The package is pure.
//
// The data ages: an action that is not in it may exist. What must hold for the actions of tomorrow is decided on
// patterns (packages glob and policy), never on a list from here.
package authz
