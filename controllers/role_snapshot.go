// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// roleInBulk is a role as snapshots of its account watch over it. They show all of it but the tags of its instance
// profile.
func roleInBulk(wanted pass.Wanted) pass.InBulk {
	if role, ok := wanted.(wantedRole); ok && !role.partial {
		return bulkRole{role.role}
	}
	return nil
}

type bulkRole struct{ role desired.Role }

// Name implements pass.InBulk.
func (b bulkRole) Name() string { return b.role.Role.Name }

// Profile implements pass.InBulk.
func (b bulkRole) Profile() string {
	if b.role.Profile == nil {
		return ""
	}
	return b.role.Profile.Name
}

// Whole implements pass.InBulk.
func (bulkRole) Whole(iam.Observation) bool { return true }

// Presumed implements pass.InBulk: an instance profile that holds a role with the id in the object's status was tagged
// with it.
func (b bulkRole) Presumed(shown iam.Observation) iam.Observation {
	if shown.Profile == nil || b.role.Profile == nil {
		return shown
	}
	profile := *shown.Profile
	profile.Tags = maps.Clone(b.role.Profile.Tags)
	shown.Profile = &profile
	return shown
}

// Compare leaves out what the role ignores: else a tag that someone else keeps changing would have it looked at with
// each snapshot. What the role declares is never ignored.
func (b bulkRole) Compare() snapshot.Compare {
	want, ignore := b.role.Role, b.role.Ignore
	tags, profileTags := own(slices.Collect(maps.Keys(want.Tags)), ignore.Tags), ignored{}
	if b.role.Profile != nil {
		profileTags = own(slices.Collect(maps.Keys(b.role.Profile.Tags)), ignore.Tags)
	}
	inline := own(slices.Collect(maps.Keys(want.InlinePolicies)), ignore.InlinePolicies)
	attached := own(want.Attached, ignore.ManagedPolicyARNs)
	return func(seen iam.Observation) iam.Observation {
		role := *seen.Role
		role.Tags, role.InlinePolicies = tags.leftOut(role.Tags), maps.Clone(role.InlinePolicies)
		maps.DeleteFunc(role.InlinePolicies, func(name, _ string) bool { return inline.ignores(name) })
		role.Attached = slices.DeleteFunc(slices.Clone(role.Attached), attached.ignores)
		seen.Role = &role
		if seen.Profile != nil {
			profile := *seen.Profile
			profile.Tags = profileTags.leftOut(profile.Tags)
			seen.Profile = &profile
		}
		return seen
	}
}

// ignored are patterns of what others may add, beside what the role declares itself.
type ignored struct{ declared, patterns []string }

// own keeps nothing of what is declared where nothing is ignored.
func own(declared, patterns []string) ignored {
	if len(patterns) == 0 {
		return ignored{}
	}
	return ignored{slices.Clone(declared), patterns}
}

func (i ignored) ignores(name string) bool {
	same := func(declared string) bool { return strings.EqualFold(declared, name) }
	return desired.MatchesAnyFold(i.patterns, name) && !slices.ContainsFunc(i.declared, same)
}

// leftOut are tags without those that are ignored, and without AWS's own.
func (i ignored) leftOut(tags map[string]string) map[string]string {
	kept := maps.Clone(tags)
	maps.DeleteFunc(kept, func(key, _ string) bool {
		return strings.HasPrefix(strings.ToLower(key), "aws:") || i.ignores(key)
	})
	return kept
}
