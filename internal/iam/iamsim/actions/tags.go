// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// sameKey compares tag keys: without regard to case for roles and users, exactly for policies and instance profiles.
type sameKey func(a, b string) bool

func exactKey(a, b string) bool { return a == b }

// checkTags refuses what the API model cannot say: reserved keys and duplicates.
func checkTags(tags []store.Tag, same sameKey) *wire.Error {
	for i, tag := range tags {
		if strings.HasPrefix(strings.ToLower(tag.Key), "aws:") {
			return wire.InvalidInput("aws: prefixed tag key names are not allowed for external use.")
		}
		for _, earlier := range tags[:i] {
			if same(earlier.Key, tag.Key) {
				return wire.InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
			}
		}
	}
	return nil
}

// withTags adds tags, each in place of one with the same key.
func (t *Transaction) withTags(current, added []store.Tag, same sameKey) ([]store.Tag, error) {
	if err := checkTags(added, same); err != nil {
		return nil, err
	}
	tags := slices.Clone(current)
	for _, tag := range added {
		at := slices.IndexFunc(tags, func(old store.Tag) bool { return same(old.Key, tag.Key) })
		if at >= 0 {
			tags[at] = tag
			continue
		}
		tags = append(tags, tag)
	}
	if len(tags) > t.World.Quotas.Tags {
		return nil, wire.LimitExceeded("The number of tags has reached the maximum limit.")
	}
	return tags, nil
}

func withoutTags(current []store.Tag, keys []string, same sameKey) []store.Tag {
	return slices.DeleteFunc(slices.Clone(current), func(tag store.Tag) bool {
		return slices.ContainsFunc(keys, func(key string) bool { return same(key, tag.Key) })
	})
}

func tagNodes(tags []store.Tag) []wire.Node {
	if len(tags) == 0 {
		return nil
	}
	return []wire.Node{wire.ListOf("Tags", tags, tagContent)}
}

func tagContent(tag store.Tag) []wire.Node {
	return []wire.Node{wire.Text("Key", tag.Key), wire.Text("Value", tag.Value)}
}

func sortedTags(tags []store.Tag) []store.Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b store.Tag) int { return strings.Compare(a.Key, b.Key) })
}

// tagsIn are the tags of a call.
func tagsIn(p wire.Params) []store.Tag {
	list := p.Structs("Tags", "Key", "Value")
	tags := make([]store.Tag, 0, len(list))
	for _, sent := range list {
		tags = append(tags, store.Tag{Key: sent["Key"], Value: sent["Value"]})
	}
	return tags
}
