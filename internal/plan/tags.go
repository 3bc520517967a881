// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// tagChange is what must be set and removed.
type tagChange struct {
	set    map[string]string
	remove []string
	// full says that the new tags have no room before the removal.
	full bool
	// declared counts the tags that should be; stay are the keys of further ones that count and stay.
	declared int
	stay     []string
}

// tagsDiff compares tags. With fold, keys that differ only in case are one key, as IAM takes those of roles: setting it
// spells it anew, which the controller's own marks do not need. What is there and neither desired, nor AWS's, nor
// ignored, nor one of the controller's own marks, is removed.
func tagsDiff(want, got map[string]string, ignore desired.Ignore, fold bool) tagChange {
	change := tagChange{set: map[string]string{}, declared: len(want)}
	find := func(m map[string]string, key string) (string, bool) {
		if fold {
			return ownership.Tag(m, key)
		}
		v, ok := m[key]
		return v, ok
	}
	total := 0
	for k, v := range want {
		seen, ok := find(got, k)
		if !ok {
			total++
		}
		if _, asSpelt := got[k]; !ok || seen != v || !asSpelt && !strings.HasPrefix(k, v1alpha1.TagPrefix) {
			change.set[k] = v
		}
	}
	for _, k := range keys(got) {
		if !isAWS(k) {
			total++
		}
		_, wanted := find(want, k)
		switch {
		case wanted:
		case removable(k, ignore):
			change.remove = append(change.remove, k)
		case !isAWS(k):
			change.stay = append(change.stay, k)
		}
	}
	change.full = total > iam.TagsPerRole
	return change
}

// isAWS tells whether a tag is one of AWS's own, which do not count towards the limit.
func isAWS(key string) bool { return strings.HasPrefix(strings.ToLower(key), v1alpha1.TagAWSPrefix) }

func removable(key string, ignore desired.Ignore) bool {
	lower := strings.ToLower(key)
	switch {
	case isAWS(key):
		return false
	case lower == v1alpha1.TagReleased:
		return true
	case strings.HasPrefix(lower, v1alpha1.TagPrefix):
		return false
	}
	return !desired.MatchesAnyFold(ignore.Tags, key)
}

// tags compares the role's tags.
func (u *updating) tags() {
	change := tagsDiff(u.want.Role.Tags, u.role.Tags, u.want.Ignore, true)
	for _, it := range change.items(u.adopting,
		TagRole{Role: u.role.Name, Tags: change.set, AccountTags: u.want.AccountTags},
		UntagRole{Role: u.role.Name, Keys: change.remove}) {
		if it.place == claim {
			u.claims = append(u.claims, it)
		} else {
			u.neutrals = append(u.neutrals, it)
		}
	}
}

// items places the change. When an entity is adopted, its owner tag goes first and everything else waits for it. The
// removal goes before the setting only where both together exceed IAM's limit.
func (c tagChange) items(adopting bool, set, remove Operation) []*item {
	first, second := &item{op: set, place: neutral}, &item{op: remove, place: neutral}
	if adopting {
		first.place = claim
	}
	switch {
	case len(c.set) == 0 && len(c.remove) == 0:
		return nil
	case len(c.set) == 0:
		return []*item{second}
	case len(c.remove) == 0:
		return []*item{first}
	case c.full:
		second.place, second.note = first.place, noteTags
		return []*item{second, first}
	}
	return []*item{first, second}
}

// afterClaims makes the others wait for the items that mark the entity as ours.
func afterClaims(items []*item) {
	for _, it := range items {
		for _, other := range items {
			if it.place != claim && other.place == claim {
				it.after([]*item{other})
			}
		}
	}
}
