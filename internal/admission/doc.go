// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package admission judges an object before the API server stores it. It is pure.
//
// What the object alone decides refuses it: what the controller would call InvalidSpec in every account, and the errors
// of the checks of its statements. Whatever depends on another object, such as a reference, the AWSAccount or its
// guardrails, is a warning: a GitOps tool tries all objects of a commit before it applies one of them, so a refusal
// would keep the change away that makes it right. What the stored object says already is a warning too: an upgrade must
// not stop the edit of something else.
package admission
