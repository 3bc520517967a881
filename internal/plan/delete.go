// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// remove plans the deletion of what is ours. Denials go last, so that nothing they held down is free for a moment.
func remove(want desired.Role, got iam.Observation, whose standings) Plan {
	mine := whose.role.Owned()
	if mine {
		if r := blocked(got, whose); r != nil {
			return Plan{Refusal: r}
		}
	}
	var p Plan
	emptied := removeProfile(&p, want, got, whose)
	if mine {
		removeRole(&p, *got.Role, got.PolicyDocuments, emptied)
	}
	return p
}

// blocked says what keeps our role from being deleted, or nothing.
func blocked(got iam.Observation, whose standings) *Refusal {
	role, others := got.Role, slices.Clone(got.OtherProfiles)
	if whose.role.Held {
		return deletionBlocked("the tag " + v1alpha1.TagHold + " in AWS holds role " + role.Name +
			" as it is: remove the tag, or set deletionPolicy to Retain")
	}
	if profile := got.Profile; profile != nil && strings.EqualFold(profile.RoleName, role.Name) {
		switch {
		case !whose.profile.Owned():
			others = append(others, profile.Name)
		case whose.profile.Held:
			return deletionBlocked("the tag " + v1alpha1.TagHold + " in AWS holds instance profile " + profile.Name +
				", which has the role in it, as it is: remove the tag, or set deletionPolicy to Retain")
		}
	}
	if len(others) == 0 {
		return nil
	}
	return deletionBlocked("role " + role.Name + " is in instance profiles that this object does not own: take it out " +
		"of " + strings.Join(sortedSet(others), ", ") + ", or set deletionPolicy to Retain")
}

func deletionBlocked(message string) *Refusal {
	return refuse(v1alpha1.ReasonDeletionBlocked, "%s", message).Refusal
}

// removeProfile empties and deletes our profile. It returns the step after which the role is out of it.
func removeProfile(p *Plan, want desired.Role, got iam.Observation, whose standings) []int {
	profile := got.Profile
	if !whose.profile.Owned() {
		return nil
	}
	var out []int
	if profile.RoleName != "" {
		if !strings.EqualFold(profile.RoleName, want.Role.Name) || !whose.role.Owned() {
			p.Withheld = append(p.Withheld, Withheld{
				Op: DeleteInstanceProfile{Profile: profile.Name}, Reason: v1alpha1.ReasonDeletionBlocked,
				Message: "it holds the role " + profile.RoleName + ", which this object does not own: take the role out of " +
					"it in AWS",
			})
			return nil
		}
		out = []int{len(p.Steps)}
		p.Steps = append(p.Steps, Step{Op: RemoveRoleFromInstanceProfile{Profile: profile.Name, Role: profile.RoleName}})
	}
	p.Steps = append(p.Steps, Step{Op: DeleteInstanceProfile{Profile: profile.Name}, Needs: out})
	return out
}

// removeRole strips and deletes a role: first the policies that only allow, then those that allow and deny or whose
// content is not known, then those that deny. Of several that allow and deny, none may go before what the others allow
// is gone: such inline policies lose first what they allow.
func removeRole(p *Plan, role iam.Role, documents map[string]string, emptied []int) {
	var tiers [3][]Operation
	known, inline := contents(documents), contents(role.InlinePolicies)
	for _, arn := range sortedSet(role.Attached) {
		t := leavingTier(known[arn])
		tiers[t] = append(tiers[t], DetachRolePolicy{Role: role.Name, ARN: arn, Old: documents[arn]})
	}
	for _, name := range keys(role.InlinePolicies) {
		t := leavingTier(inline[name])
		tiers[t] = append(tiers[t], DeleteRolePolicy{Role: role.Name, Policy: name, Old: inline[name].Text()})
	}
	if len(tiers[1]) > 1 {
		disarm(&tiers)
	}
	var stripped []int
	if len(tiers[1]) > 1 {
		stripped = distrust(p, role)
	}
	for _, ops := range tiers {
		needs, first := stripped, len(p.Steps)
		for _, op := range ops {
			p.Steps = append(p.Steps, Step{Op: op, Needs: needs})
		}
		stripped = slices.Concat(needs, indices(first, len(p.Steps)))
	}
	p.Steps = append(p.Steps, Step{Op: DeleteRole{Role: role.Name}, Needs: slices.Concat(emptied, stripped)})
}

// distrust makes the role trust nobody, before policies go of which one may hold down what another allows.
func distrust(p *Plan, role iam.Role) []int {
	old := policy.NewContent(role.Trust)
	next := nobody(policy.Version2012, nil)
	if old.Same(next) {
		return nil
	}
	p.Steps = append(p.Steps, Step{
		Op: UpdateTrustPolicy{Role: role.Name, Old: role.Trust, New: next.Text()}, Note: noteDistrust,
	})
	return []int{len(p.Steps) - 1}
}

const noteDistrust = "first, because policies that allow and deny hold each other down"

// disarm turns the inline policies that allow and deny into ones that deny, as long as that makes them no larger.
func disarm(tiers *[3][]Operation) {
	tiers[1] = slices.DeleteFunc(tiers[1], func(op Operation) bool {
		remove, inline := op.(DeleteRolePolicy)
		if !inline {
			return false
		}
		old := policy.NewContent(remove.Old)
		if old.Document() == nil {
			return false
		}
		denies := policy.ContentOf(&policy.Document{Version: old.Document().Version, Statements: old.Denies()})
		if denies.Size() > old.Size() {
			return false
		}
		put := PutRolePolicy{Role: remove.Role, Policy: remove.Policy, Old: remove.Old, New: denies.Text()}
		tiers[0] = append(tiers[0], put)
		remove.Old = put.New
		tiers[2] = append(tiers[2], remove)
		return true
	})
}

func indices(from, to int) []int {
	var list []int
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}
