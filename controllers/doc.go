// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers holds one reconciler a kind. Each reads as a table of contents: gather, desired, observe, diff,
// permit, execute, status; what these do lives in the packages that they are named after.
package controllers
