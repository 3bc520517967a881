// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// attachmentChanges compares the attached managed policies.
func (u *updating) attachmentChanges() attachments {
	a := attachments{room: map[string]string{}}
	for _, arn := range sortedSet(u.want.Role.Attached) {
		if !slices.Contains(u.role.Attached, arn) {
			a.come = append(a.come, arn)
		}
	}
	for _, arn := range sortedSet(u.role.Attached) {
		if !slices.Contains(u.want.Role.Attached, arn) && !u.keepsAttached(arn) {
			a.leave = append(a.leave, arn)
			u.unreadable[arn] = u.documents[arn] == nil
		}
	}
	a.pair(u)
	return a
}

// keepsAttached tells whether an attachment that is not declared stays: it is ignored, or it only denies and others
// attached it. What the controller attached itself goes with the spec that asked for it.
func (u *updating) keepsAttached(arn string) bool {
	if slices.Contains(u.got.OwnAttachments, arn) {
		return false
	}
	if desired.MatchesAny(u.want.Ignore.ManagedPolicyARNs, arn) {
		return true
	}
	if c := u.documents[arn]; c != nil && c.OnlyDenies() {
		u.restrictions = append(u.restrictions, "policy "+policyName(arn)+", which only denies, was "+
			"attached by someone else and is left in place")
		return true
	}
	return false
}

// pair chooses as many detachments to go before attachments as the account's quota asks for, in pairs: an attachment
// that has no room needs one detachment, not all of them. Those that only allow go before those that deny as well.
func (a *attachments) pair(u *updating) {
	if u.quotas.AttachedPoliciesPerRole <= 0 {
		return
	}
	needed := len(sortedSet(u.role.Attached)) + len(a.come) - u.quotas.AttachedPoliciesPerRole
	free := slices.DeleteFunc(slices.Clone(a.leave), func(arn string) bool { return u.unreadable[arn] })
	slices.SortStableFunc(free, func(x, y string) int { return u.tier(x) - u.tier(y) })
	come := slices.Clone(a.come)
	slices.SortStableFunc(come, func(x, y string) int { return u.tier(y) - u.tier(x) })
	slices.Reverse(come)
	for n := range min(needed, len(come), len(free)) {
		a.room[free[n]] = come[n]
	}
}

// tier is that of an attached policy. What is not known is taken for what only allows when it comes, for what allows
// and denies when it goes.
func (u *updating) tier(arn string) int {
	if slices.Contains(u.role.Attached, arn) {
		return leavingTier(u.documents[arn])
	}
	return tier(u.documents[arn])
}

// addAttachments adds the items that attach and detach.
func (u *updating) addAttachments() {
	a := u.attach
	a.items = map[string]*item{}
	for _, arn := range a.come {
		it := &item{op: AttachRolePolicy{Role: u.role.Name, ARN: arn, New: u.text(arn)}}
		a.items[arn] = it
		u.addAttach(arn, it)
	}
	for _, arn := range a.leave {
		it := &item{op: DetachRolePolicy{Role: u.role.Name, ARN: arn, Old: u.text(arn)}, takes: true}
		a.items[arn] = it
		u.addDetach(arn, it)
	}
	u.attach = a
}

// addAttach places an attachment: what only denies restricts, what denies as well comes before the other grants, what
// may not come before an exchange waits for it.
func (u *updating) addAttach(arn string, it *item) {
	list := &u.gives
	it.place = give
	switch tier := u.tier(arn); {
	case tier == 2:
		list, it.place = &u.restricts, restrict
	case u.variant.cautious && !u.within(arn):
		list, it.place = &u.completes, complete
	case tier == 1:
		list = &u.guards
	}
	*list = append(*list, it)
}

// within tells whether all that a managed policy allows is permitted by the role already.
func (u *updating) within(arn string) bool {
	c := u.documents[arn]
	if c == nil || c.Document() == nil {
		return false
	}
	observed := slices.Concat(u.leaving(), u.staying())
	return !slices.ContainsFunc(allowsOf(c), func(w clause) bool { return !covered(observed, w) })
}

// addDetach places a detachment: what lifts denials goes after what they held down.
func (u *updating) addDetach(arn string, it *item) {
	list := &u.takes
	it.place = take
	switch {
	case u.attach.room[arn] != "":
		list, it.place, it.note = &u.rooms, room, noteAttachments
		u.gap(Quota, "what policy "+policyName(arn)+" permits, until policy "+policyName(u.attach.room[arn])+" is attached")
	case u.tier(arn) == 2:
		list, it.place, it.takes = &u.lifts, lift, false
	default:
		if u.tier(arn) == 1 {
			list = &u.lastTakes
		}
		if u.variant.cautious {
			it.note = noteCautious
		}
	}
	*list = append(*list, it)
}

// guarding are the attachments that bring denials.
func (a *attachments) guarding(u *updating) []*item {
	var list []*item
	for _, arn := range a.come {
		if u.tier(arn) > 0 && a.items[arn] != nil {
			list = append(list, a.items[arn])
		}
	}
	return list
}

// connectRooms makes each attachment without room wait for the detachment that gives it a place.
func (a *attachments) connectRooms(u *updating) {
	for _, gone := range a.leave {
		if come := a.room[gone]; come != "" {
			a.items[come].after([]*item{a.items[gone]})
		}
	}
	for _, gone := range a.leave {
		if a.room[gone] != "" && u.tier(gone) > 0 { // it lifts denials, so that all that narrows must be there
			a.items[gone].after(slices.DeleteFunc(slices.Clone(u.restricts), func(it *item) bool {
				return it.waitsFor(a.items[gone])
			}))
		}
	}
}

// leaving are the clauses by which the role allows what may go; staying those that the plan does not touch.
func (u *updating) leaving() []clause {
	var list []clause
	for _, arn := range u.attach.leave {
		if c := u.documents[arn]; c != nil {
			list = append(list, allowsOf(c)...)
		}
	}
	for _, name := range keys(u.role.InlinePolicies) {
		c := u.inline[name]
		if _, declared := u.want.Role.InlinePolicies[name]; declared || !keepsInline(u.want, name, c) {
			list = append(list, allowsOf(c)...)
		}
	}
	return list
}

func (u *updating) staying() []clause {
	var list []clause
	for _, arn := range sortedSet(u.role.Attached) {
		if c := u.documents[arn]; c != nil && !slices.Contains(u.attach.leave, arn) {
			list = append(list, allowsOf(c)...)
		}
	}
	for _, name := range keys(u.role.InlinePolicies) {
		c := u.inline[name]
		if _, declared := u.want.Role.InlinePolicies[name]; !declared && keepsInline(u.want, name, c) {
			list = append(list, allowsOf(c)...)
		}
	}
	return list
}

// shareWithLeaving is what wanted clauses have in common with what goes. What cannot be said is noted.
func (u *updating) shareWithLeaving(wanted []clause, what string) []clause {
	shared, partly := share(u.leaving(), wanted)
	if partly {
		u.gap(Inexpressible, "what "+what+" has in common with what goes")
	}
	return shared
}

// readable holds back the detaching of policies that cannot be read, and with it whatever must wait for that.
func (u *updating) readable(op Operation) (bool, v1alpha1.Reason, string) {
	if detach, ok := op.(DetachRolePolicy); ok && u.unreadable[detach.ARN] {
		return false, v1alpha1.ReasonAccessDenied, "whether the policy only denies cannot be read: " +
			"give the controller iam:GetPolicy and iam:GetPolicyVersion"
	}
	return true, "", ""
}
