// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package apiserver is as much of a Kubernetes API server as the controller asks of one, in memory: lists, watches,
// merge patches of metadata and server-side apply of statuses. Ten thousand objects take a real one minutes, and with
// its database more of the machine than the controller that is measured.
//
// It leaves out validation, admission, authorization, field and label selectors, and the merging of field owners: a
// status that is applied takes the place of the old one, because it has only one owner.
package apiserver
