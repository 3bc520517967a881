// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func newUpdate(want desired.Role, got iam.Observation, quotas iam.Quotas, adopting bool) *updating {
	u := &updating{
		want: want, got: got, role: *got.Role, quotas: quotas, adopting: adopting, unreadable: map[string]bool{},
		inline: contents(got.Role.InlinePolicies), documents: contents(got.PolicyDocuments), boundaryAt: unchanged,
	}
	u.trust = trustOf(want, got, quotas)
	return u
}

// plan is the difference to a role that exists. With revokeFirst, what goes does so before what comes.
func (u *updating) plan(revokeFirst bool) Plan {
	u.boundaryAt = u.boundaryChange()
	u.tags()
	u.settings()
	u.boundary()
	if len(u.trust.foreign) > 0 {
		u.restrictions = append(u.restrictions, "the trust policy holds Deny statements that someone else added")
	}
	p := u.finish(u.replacesAny() || u.adopting || revokeFirst)
	p.Withheld = append(p.Withheld, u.trust.incomplete()...)
	p.Account = accountOf(u.role.ARN)
	return p
}

// finish adds the changes of the permissions and puts everything into order. A plan whose end is out of reach for a
// limit only narrows.
func (u *updating) finish(cautious bool) Plan {
	u.attach = u.attachmentChanges()
	changes := u.inlineChanges()
	p := u.ordered(changes, cautious)
	if i := slices.IndexFunc(p.Steps, func(s Step) bool { return heldBack(s.Op, u.limits()) != nil }); i >= 0 {
		attempt, items := u.attempt(changes, variant{narrowing: true})
		p = attempt.narrowed(items, p.Steps[i].Op)
	}
	return p.Permit(u.tagLimit(), u.readable)
}

// ordered tries the ways through the change until IAM's limit of inline policies has room for each state, and takes the
// first one where none has.
func (u *updating) ordered(changes []*inlinePolicy, cautious bool) Plan {
	if len(changes)+len(u.attach.come)+len(u.attach.leave) == 0 {
		u.placeTrust()
		u.connect()
		return Plan{Steps: order(u.all()), Restrictions: u.restrictions, Gaps: u.gaps}
	}
	var best Plan
	for i, v := range []variant{
		{cautious: cautious}, {cautious: cautious, swap: true}, {cautious: true, tight: true}, {direct: true},
	} {
		attempt, items := u.attempt(changes, v)
		p := Plan{Steps: order(items), Restrictions: attempt.restrictions, Gaps: attempt.gaps}
		if fits := attempt.fits(items); fits || i == 0 {
			best = p
			if fits {
				break
			}
		}
	}
	return best
}

// attempt makes the items of one variant.
func (u *updating) attempt(changes []*inlinePolicy, v variant) (*updating, []*item) {
	attempt := *u
	attempt.variant, attempt.gaps = v, slices.Clip(u.gaps)
	return &attempt, attempt.items(changes)
}

// items makes the items of the variant and says what waits for what.
func (u *updating) items(changes []*inlinePolicy) []*item {
	u.forget()
	u.placeTrust()
	u.addAttachments()
	if !u.variant.narrowing {
		u.carry()
	}
	u.addInlinePolicies(changes)
	u.connect()
	items := u.all()
	if !u.variant.direct && !u.variant.narrowing {
		items = merge(items)
	}
	u.inlineOperations(items)
	if len(u.exchanged)+len(u.completes) == 0 {
		unnote(items)
	}
	return items
}

// forget drops what another variant wired, whose items are shared.
func (u *updating) forget() {
	for _, it := range u.all() {
		it.needs = nil
	}
}

// unnote drops the note that removals come first, where nothing comes.
func unnote(items []*item) {
	for _, it := range items {
		if it.note == noteCautious {
			it.note = ""
		}
	}
}

// connect says what waits for what. A step that waits runs only when those have succeeded.
//
// The old state holds the old permissions under the old trust and boundary, the new one the new under the new. In
// between, only what both trust and both bound may use old and new permissions side by side, under the denials of both:
// so what narrows trust, boundary and permissions comes before what adds, what takes away waits for what adds, and what
// widens trust, lifts a boundary or a denial comes last. An exchange of trust or boundary is neither: before it all
// that goes must be gone, after it the new may come.
func (u *updating) connect() {
	allAfter(u.guards, u.restricts)
	allAfter(u.gives, u.restricts, u.guards)
	allAfter(u.swaps, u.restricts, u.guards, u.gives)
	allAfter(u.takes, u.guards, u.gives, u.swaps)
	allAfter(u.lastTakes, u.restricts, u.rooms, u.guards, u.gives, u.swaps, u.takes)
	gone := slices.Concat(u.restricts, u.rooms, u.takes, u.lastTakes)
	allAfter(u.exchanged, gone)
	allAfter(u.completes, gone, u.guards, u.exchanged)
	guarding := u.attach.guarding(u)
	for _, it := range u.completes {
		if !slices.Contains(guarding, it) {
			it.after(guarding)
		}
	}
	allAfter(u.lifts, gone, u.guards, u.swaps, u.exchanged, guarding)
	u.attach.connectRooms(u)
	if u.variant.tight || u.variant.direct {
		u.inlineFirst()
	}
	for _, it := range u.all() {
		if !slices.Contains(u.claims, it) {
			it.after(u.claims)
		}
		if it.previous != nil && !it.waitsFor(it.previous) {
			it.after([]*item{it.previous})
		}
	}
}

// inlineFirst makes inline policies that grow wait for those that shrink.
func (u *updating) inlineFirst() {
	var shrink []*item
	for _, it := range u.rooms {
		if it.stageOf != nil {
			shrink = append(shrink, it)
		}
	}
	for _, it := range u.gives {
		it.after(shrink)
	}
}

// settings compares description and session duration, which no permission depends on.
func (u *updating) settings() {
	w := u.want.Role
	if w.Description == u.role.Description && w.MaxSessionSeconds == u.role.MaxSessionSeconds {
		return
	}
	u.neutrals = append(u.neutrals, &item{place: neutral, op: UpdateRole{
		Role:           u.role.Name,
		OldDescription: u.role.Description, Description: w.Description,
		OldSessionSeconds: u.role.MaxSessionSeconds, SessionSeconds: w.MaxSessionSeconds,
	}})
}

// unchanged is the place of a change that is none.
const unchanged place = -1

// boundaryChange is where the change of the boundary belongs: one that appears, or is narrower, restricts at once; one
// that goes, or is wider, lifts at the end; one that is replaced otherwise is an exchange.
func (u *updating) boundaryChange() place {
	set := u.setBoundary()
	switch {
	case set.Old == set.New:
		return unchanged
	case set.New == "":
		return lift
	}
	switch set.Effect() {
	case Narrows:
		return restrict
	case Widens:
		return lift
	case Neutral:
		return neutral
	}
	return exchange
}

func (u *updating) setBoundary() SetBoundary {
	old, new := u.role.Boundary, u.want.Role.Boundary
	return SetBoundary{
		Role: u.role.Name, Old: old, New: new, OldDocument: u.text(old), NewDocument: u.text(new),
	}
}

func (u *updating) boundary() {
	set := &item{place: u.boundaryAt, op: u.setBoundary()}
	switch u.boundaryAt {
	case restrict:
		u.restricts = append(u.restricts, set)
	case neutral:
		u.neutrals = append(u.neutrals, set)
	case exchange:
		set.takes = true
		u.exchanged = append(u.exchanged, set)
	case lift:
		if u.want.Role.Boundary == "" {
			set.op = DeleteBoundary{Role: u.role.Name, Old: u.role.Boundary}
		}
		u.lifts = append(u.lifts, set)
	default: // nothing changes
	}
}

// placeTrust adds the change of the trust policy.
func (u *updating) placeTrust() {
	old := u.trust.old
	for _, s := range u.trust.steps(u.replacesTrust(), u.boundaryAt == exchange) {
		it := &item{
			place: s.place, note: s.note, takes: s.place == exchange,
			op: UpdateTrustPolicy{Role: u.role.Name, Old: old.Text(), New: s.doc.Text()},
		}
		old = s.doc
		switch s.place {
		case restrict:
			it.takes = u.boundaryAt == exchange
			u.restricts = append(u.restricts, it)
		case exchange:
			u.exchanged = append(u.exchanged, it)
		case lift:
			u.lifts = append(u.lifts, it)
		default:
			u.neutrals = append(u.neutrals, it)
		}
		if s.partly != "" {
			u.gap(s.partly, "whom the old and the new trust policy both trust")
		}
	}
}
