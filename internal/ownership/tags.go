// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Tag returns the value of a tag without regard to the case of its key, as IAM compares the keys of role tags. The
// exact spelling goes first.
func Tag(tags map[string]string, key string) (string, bool) {
	if v, ok := tags[key]; ok {
		return v, true
	}
	if same := Spellings(tags, key); len(same) > 0 {
		return tags[same[0]], true
	}
	return "", false
}

// Spellings returns the keys that are equal to key but for case, as AWS spells them, sorted.
func Spellings(tags map[string]string, key string) []string {
	var same []string
	for k := range maps.Keys(tags) {
		if strings.EqualFold(k, key) {
			same = append(same, k)
		}
	}
	slices.Sort(same)
	return same
}

// OwnTag tells whether a tag key is one of the controller's own, in any case.
func OwnTag(key string) bool { return strings.HasPrefix(strings.ToLower(key), v1alpha1.TagPrefix) }
