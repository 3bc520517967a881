// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// bulkLinked is a service-linked role as snapshots of its account watch over it. They show all that is declared.
type bulkLinked struct {
	role desired.ServiceLinked
	// byPath says that roles may be listed by a path that is not this one's.
	byPath bool
}

// Name implements pass.InBulk.
func (b bulkLinked) Name() string { return b.role.Role }

// Profile implements pass.InBulk.
func (bulkLinked) Profile() string { return "" }

// Whole implements pass.InBulk. Where roles are listed by path, descriptions of roles elsewhere are not shown.
func (b bulkLinked) Whole(iam.Observation) bool {
	return b.role.Description == "" || !b.byPath
}

// Presumed implements pass.InBulk.
func (bulkLinked) Presumed(shown iam.Observation) iam.Observation { return shown }

// Compare keeps what is declared, and the tag that holds the role: all else is AWS's own or left alone.
func (b bulkLinked) Compare() snapshot.Compare {
	described := b.role.Description != ""
	keys := append(slices.Collect(maps.Keys(b.role.Tags)), v1alpha1.TagHold)
	return func(seen iam.Observation) iam.Observation {
		role := iam.Role{ID: seen.Role.ID, Tags: maps.Clone(seen.Role.Tags)}
		if described {
			role.Description = seen.Role.Description
		}
		maps.DeleteFunc(role.Tags, func(key, _ string) bool {
			return !slices.ContainsFunc(keys, func(declared string) bool { return strings.EqualFold(declared, key) })
		})
		return iam.Observation{Role: &role}
	}
}
