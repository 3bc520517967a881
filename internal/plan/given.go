// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Given is what an account gives to all that is made in it, for which no object asks.
type Given struct {
	// Tags are those that the account sets.
	Tags map[string]string
	// Boundary is the ARN of the permissions boundary that the account forces, empty for none.
	Boundary string
}

// exceededBy tells whether tags are more than the controller's and the account's.
func (g Given) exceededBy(tags map[string]string) bool {
	for key, value := range tags {
		of, given := g.Tags[key]
		if !strings.HasPrefix(strings.ToLower(key), v1alpha1.TagPrefix) && (!given || of != value) {
			return true
		}
	}
	return false
}
