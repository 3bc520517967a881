// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package iamsim is an AWS IAM and STS endpoint in memory. It speaks the AWS Query protocol over HTTP, so that the real
// SDK and the AWS CLI work against it, and it is strict where AWS is strict: names, documents, quotas, deletion order,
// principals. On demand it is also as unpleasant as AWS: slow, throttled, eventually consistent, failing.
//
// State is kept as immutable entities: a write replaces an entity, it never changes one in place. A snapshot of an
// account is therefore a copy of a few maps, which is what makes stale reads cheap to simulate.
//
// While it serves, its levers can be pulled over HTTP; package levers says how and has a client.
//
// What it does not do: check request signatures, and evaluate policies (other than a role's trust policy in
// AssumeRole). Permissions are taken away with Sim.Deny.
package iamsim
