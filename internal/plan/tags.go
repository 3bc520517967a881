// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// tagChange is what must be set and removed.
type tagChange struct {
	set    map[string]string
	remove []string
}

// tagsDiff compares tags. Keys of role tags are compared without regard to case, as IAM does; removed is what is there and
// neither desired, nor AWS's, nor ignored, nor the controller's own marks.
func tagsDiff(want, got map[string]string, ignore desired.Ignore, fold bool) tagChange {
	change := tagChange{set: map[string]string{}}
	find := func(m map[string]string, key string) (string, bool) {
		if fold {
			return tag(m, key)
		}
		v, ok := m[key]
		return v, ok
	}
	for k, v := range want {
		if seen, ok := find(got, k); !ok || seen != v {
			change.set[k] = v
		}
	}
	for _, k := range keys(got) {
		if _, wanted := find(want, k); !wanted && removable(k, ignore) {
			change.remove = append(change.remove, k)
		}
	}
	return change
}

func removable(key string, ignore desired.Ignore) bool {
	lower := strings.ToLower(key)
	switch {
	case strings.HasPrefix(lower, v1alpha1.TagAWSPrefix):
		return false
	case lower == v1alpha1.TagReleased:
		return true
	case strings.HasPrefix(lower, v1alpha1.TagPrefix):
		return false
	}
	return !slices.ContainsFunc(ignore.Tags, func(pattern string) bool {
		return matches(strings.ToLower(pattern), lower)
	})
}

// tags compares the role's tags. When adopting, the owner tag goes first and everything else waits for it. The removal
// goes before the setting only where both together exceed IAM's limit.
func (u *updating) tags() {
	change := tagsDiff(u.want.Role.Tags, u.role.Tags, u.want.Ignore, true)
	setClass := neutral
	if u.adopting {
		setClass = claim
	}
	var set, remove []item
	if len(change.set) > 0 {
		set = []item{{op: TagRole{Role: u.role.Name, Tags: change.set}, class: setClass}}
	}
	if len(change.remove) > 0 {
		remove = []item{{op: UntagRole{Role: u.role.Name, Keys: change.remove}, class: neutral}}
	}
	if len(set) > 0 && len(u.role.Tags)+len(change.set) > iam.TagsPerRole && len(remove) > 0 {
		remove[0].class, remove[0].note = setClass, "first, since the role is at its limit of tags"
		u.items = append(u.items, append(remove, set...)...)
		return
	}
	u.items = append(u.items, append(set, remove...)...)
}
