// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Diff is the difference between what should be and what is, as the operations that close it. Deletion is the
// difference to a desired role that is absent. Operations on entities with the tag ecsiam.dev/hold are withheld. Diff
// is total: it takes whatever IAM may hand out.
func Diff(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	return diff(want, got, quotas, false)
}

// DiffRevokingFirst is Diff in the order for a change whose ends are each in order but not what both hold together:
// what goes is gone before anything comes that the role does not permit already. It takes away for a moment what Diff
// keeps, such as a permission that only moves.
func DiffRevokingFirst(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	return diff(want, got, quotas, true)
}

func diff(want desired.Role, got iam.Observation, quotas iam.Quotas, revokeFirst bool) Plan {
	var p Plan
	whose := standingsOf(want, got)
	switch {
	case want.Absent:
		p = remove(want, got, whose)
	case got.Role == nil:
		if why := want.ProtectedRole(); why != "" {
			return Plan{Refusal: uncreatable("role "+want.Role.Name, why)}
		}
		p = create(want, got, quotas, whose)
	default:
		p = update(want, got, quotas, whose, revokeFirst)
	}
	return p.Permit(onHold(want, whose))
}

// onHold returns the filter that holds back the operations on entities with the tag ecsiam.dev/hold. A role that is
// held holds its instance profile as well; a role that is held and ours is never deleted at all.
func onHold(want desired.Role, whose standings) Filter {
	role, profile := !want.Absent && whose.role.Held, whose.profile.Held
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		if role || profile && onProfile(op) {
			return Hold(op)
		}
		return true, "", ""
	}
}

// create plans a role that does not exist: the role in one call, then what hangs on it as in any change of a role.
func create(want desired.Role, got iam.Observation, quotas iam.Quotas, whose standings) Plan {
	bare := want.Role
	bare.InlinePolicies, bare.Attached = nil, nil
	first, rest := whatExists(want.Role, got)
	bare.Trust = first.Text()
	got.Role = &iam.Role{Name: want.Role.Name, Trust: bare.Trust}
	u := newUpdate(want, got, quotas, false)
	u.trust.changes = false // the role has it from its creation, but for what it says of the role itself
	u.claims = append(u.claims, &item{op: CreateRole{Role: bare}, place: claim})
	if !rest.Same(first) {
		u.lifts = append(u.lifts, &item{
			op: UpdateTrustPolicy{Role: bare.Name, Old: first.Text(), New: rest.Text()}, place: lift, note: noteItself,
		})
	}
	p := u.finish(false)
	p.Withheld = append(p.Withheld, u.trust.incomplete()...)
	if len(creation(p)) == 0 {
		return p // a role that is not created is in no instance profile
	}
	got.Role = nil
	return withProfile(p, want, got, whose.profile)
}

// update plans a role that exists.
func update(want desired.Role, got iam.Observation, quotas iam.Quotas, whose standings, revokeFirst bool) Plan {
	take := taker{want.Taking(whose.role), "role " + want.Role.Name}
	if r := take.refusal(); r != nil {
		return Plan{Refusal: r}
	}
	if want.PathFixed && want.Role.Path != got.Role.Path {
		return Plan{Refusal: take.moved(got.Role.Path, want.Role.Path)}
	}
	adopting := !whose.role.Owned()
	p := newUpdate(want, got, quotas, adopting).plan(revokeFirst)
	p.Adopts = adopting
	if !claimsOnly(p) {
		if r := take.differing(p.Lines()); r != nil {
			return Plan{Refusal: r}
		}
	}
	return withProfile(p, want, got, whose.profile)
}

// DiffInline is the part of Diff that changes inline policies, of a role that exists and is ours.
func DiffInline(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	if !standingsOf(want, got).role.Owned() {
		return Plan{}
	}
	inline := want.Role.InlinePolicies
	want.Role, want.Profile = *got.Role, nil
	want.Role.InlinePolicies = inline
	return Diff(want, got, quotas)
}
