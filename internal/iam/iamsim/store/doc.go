// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package store is what the simulator's accounts hold: immutable entities, the states that they make up, and the
// earlier states that reads may still see.
//
// A write replaces an entity, it never changes one in place. A snapshot of an account is therefore a copy of a few
// maps, which is what makes stale reads cheap to simulate.
package store
