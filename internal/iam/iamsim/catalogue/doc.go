// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package catalogue is what AWS brings along: its managed policies, the roles that it makes for its services, and the
// names of those services. It is data with the sources beside it.
package catalogue
