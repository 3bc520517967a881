// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "github.com/ecsiam/ecs-iam-controller/internal/desired"

// Owned tells whether the tags of an entity prove that it belongs to the object, under this or a former cluster id.
func Owned(tags map[string]string, want desired.Role) bool { return owned(tags, want) }
