// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package ownership says whose an entity in AWS is and on what terms it may become an object's. Everything is judged
// from the tags and the path of the entity and the claim of the object. It is pure.
//
// The laws, which the tests prove on generated inputs: at most one object owns an entity, whatever consents are given
// nothing foreign or protected may be written, and what was released is taken back by the object that released it
// alone.
package ownership
