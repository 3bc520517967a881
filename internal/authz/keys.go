// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"slices"
	"strings"
)

// GlobalKeys are the condition keys that AWS calls global, and those of sessions that reach other services. Those of
// tags stand among them, although only requests of some actions hold them.
func GlobalKeys() []ConditionKey { return loaded().globalKeys }

// tagKeys are global by name; whether a request can hold them is a matter of the action.
var tagKeys = []string{"aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"}

// IsGlobalKey tells whether a request of any action may hold a condition key.
func IsGlobalKey(key string) bool {
	return !hasKey(tagKeys, key) &&
		slices.ContainsFunc(GlobalKeys(), func(k ConditionKey) bool { return sameKey(k.Name, key) })
}

// FindKey returns the condition key of a service, or the global one; false if neither is known.
func FindKey(prefix, key string) (ConditionKey, bool) {
	lists := [][]ConditionKey{GlobalKeys()}
	if service := FindService(prefix); service != nil {
		lists = append(lists, service.ConditionKeys)
	}
	for _, list := range lists {
		for _, known := range list {
			if sameKey(known.Name, key) {
				return known, true
			}
		}
	}
	return ConditionKey{}, false
}

// sameKey compares the name of a key in the data, which may hold a placeholder (${TagKey}, <key>, tag-key), with one of
// a statement. Case does not matter.
func sameKey(known, key string) bool {
	known, key = strings.ToLower(known), strings.ToLower(key)
	before, after, open := cutPlaceholder(known)
	if !open {
		return known == key
	}
	return len(key) > len(before)+len(after) && strings.HasPrefix(key, before) && strings.HasSuffix(key, after)
}

// cutPlaceholder returns what stands around the placeholder of a key.
func cutPlaceholder(known string) (before, after string, open bool) {
	for _, mark := range [...][2]string{{"${", "}"}, {"<", ">"}, {"/tag-key", ""}} {
		start := strings.Index(known, mark[0])
		if start < 0 {
			continue
		}
		if mark[1] == "" {
			return known[:start+1], known[start+len(mark[0]):], true
		}
		if end := strings.LastIndex(known, mark[1]); end > start {
			return known[:start], known[end+1:], true
		}
	}
	return known, "", false
}

// TakesKey tells whether a request of the action can hold a condition key, by the data: the action's own keys, those of
// its resources, and the global ones.
func (a *Action) TakesKey(key string) bool {
	if hasKey(a.ConditionKeys, key) || IsGlobalKey(key) {
		return true
	}
	return slices.ContainsFunc(a.Resources, func(r ResourceUse) bool {
		return hasKey(r.ConditionKeys, key) || hasKey(r.Type.ConditionKeys, key)
	})
}

func hasKey(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return sameKey(k, key) })
}
