// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Diff is the difference between what should be and what is, as the operations that close it. Deletion is the difference
// to a desired role that is absent. Diff is total: it takes whatever IAM may hand out.
func Diff(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	switch {
	case want.Absent:
		return remove(want, got)
	case got.Role == nil:
		return create(want, got)
	default:
		return update(want, got, quotas)
	}
}

// create plans a role that does not exist. Denials go before what they limit.
func create(want desired.Role, got iam.Observation) Plan {
	role := want.Role
	items := []item{{op: CreateRole{Role: role}, class: claim}}
	for _, name := range keys(role.InlinePolicies) {
		document := role.InlinePolicies[name]
		c := grant
		if len(denies(parse(document))) > 0 {
			c = guard
		}
		items = append(items, item{op: PutRolePolicy{Role: role.Name, Policy: name, New: document}, class: c})
	}
	for _, arn := range sortedSet(role.Attached) {
		items = append(items, item{op: AttachRolePolicy{Role: role.Name, ARN: arn}, class: grant})
	}
	p := Plan{Steps: order(items)}
	return withProfile(p, want, got)
}

// update plans a role that exists.
func update(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	adopting := false
	if owner := ownerOf(got.Role.Tags, want); owner == unowned || owner == foreign {
		if r := mayTake("role", want.Role.Name, got.Role.Path, got.Role.Tags, want); r != nil {
			return Plan{Refusal: r}
		}
		adopting = true
	}
	if want.PathFixed && want.Role.Path != got.Role.Path {
		return refuse(v1alpha1.ReasonOwnershipConflict,
			"role %s exists with the path %s, and IAM cannot move a role to %s: correct spec.path in a new object",
			want.Role.Name, got.Role.Path, want.Role.Path)
	}
	p := newUpdate(want, got, quotas, adopting).plan()
	p.Adopts = adopting
	if adopting && want.Adoption == desired.AdoptIfEqual && differs(p) {
		return refuse(v1alpha1.ReasonOwnershipConflict,
			"role %s exists already and differs from the spec, and adoptionPolicy is IfEqual: make them equal, or set Adopt. "+
				"The difference: %s", want.Role.Name, strings.Join(p.Lines(), "; "))
	}
	return withProfile(p, want, got)
}

// differs tells whether a plan does more than to claim an entity.
func differs(p Plan) bool {
	for _, s := range p.Steps {
		switch op := s.Op.(type) {
		case TagRole:
			if len(op.Tags) > 1 || op.Tags[v1alpha1.TagOwner] == "" {
				return true
			}
		case UntagRole:
			if !slices.Equal(op.Keys, []string{v1alpha1.TagReleased}) {
				return true
			}
		default:
			return true
		}
	}
	return len(p.Withheld) > 0
}

// Release plans to let go of the entities and leave them in AWS: the tag ecsiam.dev/released takes the place of the owner
// tag. Entities that are not ours are not touched.
func Release(want desired.Role, got iam.Observation) Plan {
	var p Plan
	if role := got.Role; role != nil && owned(role.Tags, want) {
		p.Steps = append(p.Steps,
			Step{Op: TagRole{Role: role.Name, Tags: map[string]string{v1alpha1.TagReleased: want.Owner}}},
			Step{Op: UntagRole{Role: role.Name, Keys: spelt(role.Tags, v1alpha1.TagOwner)}, Needs: []int{0}})
	}
	if profile := got.Profile; profile != nil && owned(profile.Tags, want) {
		n := len(p.Steps)
		p.Steps = append(p.Steps,
			Step{Op: TagInstanceProfile{Profile: profile.Name, Tags: map[string]string{v1alpha1.TagReleased: want.Owner}}},
			Step{Op: UntagInstanceProfile{Profile: profile.Name, Keys: spelt(profile.Tags, v1alpha1.TagOwner)}, Needs: []int{n}})
	}
	return p
}

func owned(tags map[string]string, want desired.Role) bool {
	o := ownerOf(tags, want)
	return o == ours || o == formerlyOurs
}

// spelt returns the keys as AWS spells them.
func spelt(tags map[string]string, key string) []string {
	var found []string
	for k := range maps.Keys(tags) {
		if strings.EqualFold(k, key) {
			found = append(found, k)
		}
	}
	slices.Sort(found)
	return found
}

func sortedSet(list []string) []string {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
