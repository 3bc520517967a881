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

// Diff is the difference between what should be and what is, as the operations that close it. Deletion is the
// difference to a desired role that is absent. Operations on entities with the tag ecsiam.dev/hold are withheld. Diff
// is total: it takes whatever IAM may hand out.
func Diff(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	var p Plan
	switch {
	case want.Absent:
		p = remove(want, got)
	case got.Role == nil:
		p = create(want, got, quotas)
	default:
		p = update(want, got, quotas)
	}
	return p.Permit(onHold(want, got))
}

// onHold returns the filter that holds back the operations on entities with the tag ecsiam.dev/hold. A role that is
// held holds its instance profile as well; a role that is held and ours is never deleted at all.
func onHold(want desired.Role, got iam.Observation) Filter {
	role := !want.Absent && got.Role != nil && Held(got.Role.Tags)
	profile := got.Profile != nil && Held(got.Profile.Tags)
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		if role || profile && onProfile(op) {
			return Hold(op)
		}
		return true, "", ""
	}
}

// create plans a role that does not exist: the role in one call, then what hangs on it as in any change of a role.
func create(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	bare := want.Role
	bare.InlinePolicies, bare.Attached = nil, nil
	first, rest := whatExists(want.Role, got)
	bare.Trust = first.Text()
	got.Role = &iam.Role{Name: want.Role.Name, Trust: bare.Trust}
	u := newUpdate(want, got, quotas, false)
	u.claims = append(u.claims, &item{op: CreateRole{Role: bare}, place: claim})
	if !rest.Same(first) {
		u.lifts = append(u.lifts, &item{
			op: UpdateTrustPolicy{Role: bare.Name, Old: first.Text(), New: rest.Text()}, place: lift, note: noteItself,
		})
	}
	p := u.finish(false)
	p.Withheld = append(p.Withheld, u.trust.incomplete()...)
	got.Role = nil
	return withProfile(p, want, got)
}

// update plans a role that exists.
func update(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	adopting := !Owned(got.Role.Tags, want)
	if adopting {
		if r := mayTake("role", want.Role.Name, got.Role.Path, got.Role.Tags, want); r != nil {
			return Plan{Refusal: r}
		}
	}
	if want.PathFixed && want.Role.Path != got.Role.Path {
		return refuse(v1alpha1.ReasonOwnershipConflict,
			"role %s exists with the path %s, and IAM cannot move a role to %s: correct spec.path in a new object",
			want.Role.Name, got.Role.Path, want.Role.Path)
	}
	p := newUpdate(want, got, quotas, adopting).plan()
	p.Adopts = adopting
	if adopting && want.Adoption == desired.AdoptIfEqual && !claimsOnly(p) {
		return refuse(v1alpha1.ReasonOwnershipConflict,
			"role %s exists already and differs from the spec, and adoptionPolicy is IfEqual: make them equal, or set Adopt. "+
				"The difference: %s", want.Role.Name, strings.Join(p.Lines(), "; "))
	}
	return withProfile(p, want, got)
}

// claimsOnly tells whether a plan does no more than to mark an entity as ours.
func claimsOnly(p Plan) bool {
	return len(p.Withheld) == 0 && !slices.ContainsFunc(p.Steps, func(s Step) bool { return !s.Op.claims() })
}

func sortedSet(list []string) []string {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
