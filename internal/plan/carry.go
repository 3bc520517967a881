// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// carry decides what an inline policy holds on behalf of attached policies until the rest is done.
func (u *updating) carry() {
	a := &u.attach
	a.denials, a.allows = nil, nil
	come := slices.DeleteFunc(slices.Clone(a.come), func(arn string) bool { return u.tier(arn) != 1 })
	gone := u.denialsGone()
	makesRoom := slices.ContainsFunc(gone, func(arn string) bool { return a.room[arn] != "" })
	denied := slices.ContainsFunc(a.come, func(arn string) bool { return u.tier(arn) > 0 })
	forced := makesRoom && (denied || u.othersLeave())
	if u.replacesAny() && (len(come)+len(gone) > 0) || len(gone) > 1 || forced {
		for _, arn := range gone {
			a.denials = append(a.denials, deniesOf(u.documents[arn])...)
		}
	}
	if u.replacesAny() || len(come) > 1 {
		for _, arn := range come {
			a.denials = append(a.denials, deniesOf(u.documents[arn])...)
		}
	}
	if !u.otherAllows() {
		a.denials = nil
	}
	a.denials = marked(distinct(a.denials))
	if u.variant.cautious && !u.variant.tight {
		u.carryShared()
	}
}

// denialsGone are the policies with denials that go before all is done: those that allow as well, and those that only
// deny where they make room for another.
func (u *updating) denialsGone() []string {
	return slices.DeleteFunc(slices.Clone(u.attach.leave), func(arn string) bool {
		tier := u.tier(arn)
		return tier == 0 || tier == 2 && u.attach.room[arn] == ""
	})
}

// othersLeave tells whether something beside one attached policy loses what it allows.
func (u *updating) othersLeave() bool {
	return len(u.attach.leave) > 1 || slices.ContainsFunc(keys(u.role.InlinePolicies), func(name string) bool {
		old, wanted := u.inline[name], u.want.Role.InlinePolicies[name]
		return !keepsInline(u.want, name, old) && !old.Same(policy.NewContent(wanted))
	})
}

// otherAllows tells whether anything beside one policy that allows and denies is allowed by old or new, which that one
// may hold down.
func (u *updating) otherAllows() bool {
	n := len(u.attach.come) + len(u.attach.leave)
	for _, arn := range sortedSet(u.role.Attached) {
		if !slices.Contains(u.attach.leave, arn) && u.tier(arn) < 2 {
			n++
		}
	}
	for _, c := range u.inline {
		n += len(allowsOf(c))
	}
	return n+len(u.want.Role.InlinePolicies) > 1
}

// carryShared keeps what policies that come only after an exchange have in common with what goes.
func (u *updating) carryShared() {
	for _, arn := range u.attach.come {
		if u.attach.items[arn].place != complete {
			continue
		}
		if u.text(arn) == "" && len(u.leaving()) > 0 {
			u.gap(Unreadable, "what policy "+policyName(arn)+" has in common with what goes")
			continue
		}
		if c := u.documents[arn]; c != nil {
			u.attach.allows = append(u.attach.allows, u.shareWithLeaving(allowsOf(c), "policy "+policyName(arn))...)
		}
	}
	u.attach.allows = distinct(u.attach.allows)
}

// addInlinePolicies adds the items of the inline policies. The first one that is declared carries what must stand
// elsewhere for a while; where none is, one is made for that time.
func (u *updating) addInlinePolicies(changes []*inlinePolicy) {
	carrier := u.carrier(&changes)
	for _, p := range changes {
		var denials, allows []clause
		if p == carrier {
			denials, allows = u.attach.denials, u.attach.allows
		}
		u.addInline(p, u.stagesOf(p, denials, allows))
	}
	if carrier != nil {
		u.keepUntilAttached(carrier)
	}
}

// carrier is the inline policy that carries, nil when there is nothing to carry: one that is declared, or one under a
// name that is free or about to be.
func (u *updating) carrier(changes *[]*inlinePolicy) *inlinePolicy {
	if len(u.attach.denials)+len(u.attach.allows) == 0 {
		return nil
	}
	own := ownInlineName(u.want)
	for _, name := range append(keys(u.want.Role.InlinePolicies), own, own+"-kept") {
		for _, p := range *changes {
			if p.name == name && !p.opaque() {
				return p
			}
		}
		_, declared := u.want.Role.InlinePolicies[name]
		if _, observed := u.role.InlinePolicies[name]; observed && !declared {
			continue
		}
		p := &inlinePolicy{name: name, old: u.contentOf(name), new: policy.NewContent(u.want.Role.InlinePolicies[name])}
		if !p.opaque() {
			*changes = append(slices.Clone(*changes), p)
			return p
		}
	}
	return nil
}

// keepUntilAttached makes the carrier keep what it carries until the policies are attached that allow and deny it too.
func (u *updating) keepUntilAttached(carrier *inlinePolicy) {
	for _, it := range u.lifts {
		if it.stageOf != carrier {
			continue
		}
		for _, arn := range u.attach.come {
			it.after([]*item{u.attach.items[arn]})
		}
	}
}
