// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// tagged sets tags; with fold, a key that differs only in case is the same key, which then has the new spelling.
func tagged(tags, set map[string]string, fold bool) map[string]string {
	result := maps.Clone(tags)
	if result == nil {
		result = map[string]string{}
	}
	for k, v := range set {
		if fold {
			maps.DeleteFunc(result, func(existing, _ string) bool { return strings.EqualFold(existing, k) })
		}
		result[k] = v
	}
	return result
}

func untagged(tags map[string]string, remove []string, fold bool) map[string]string {
	result := maps.Clone(tags)
	for _, k := range remove {
		delete(result, k)
		if fold {
			for _, existing := range ownership.Spellings(result, k) {
				delete(result, existing)
			}
		}
	}
	return result
}
