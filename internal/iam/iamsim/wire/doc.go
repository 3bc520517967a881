// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package wire is the AWS Query protocol as IAM and STS speak it: form values in, XML or an error out. It knows what
// their API models ask of a parameter, and nothing of what an action does.
package wire
