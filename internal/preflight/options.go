// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight

import "github.com/ecsiam/ecs-iam-controller/internal/policy"

// Options say what to look at.
type Options struct {
	// Region is the region of the AWS SDK.
	Region string
	// Getenv reads the environment, by which ways to credentials are told apart.
	Getenv func(string) string
	// Policy is the controller's, whose actions are asked about.
	Policy *policy.Document
	// Optional are names of statements, and actions, whose denial is a warning.
	Optional []string
	// ClusterID, Namespace and Path make the role that actions are asked about: what a confined policy allows.
	ClusterID, Namespace, Path string
	// Boundary is the ARN of the permissions boundary that roles are created with; empty for none.
	Boundary string
	// ShowAccount leaves account ids as they are. They are shortened otherwise.
	ShowAccount bool
}
