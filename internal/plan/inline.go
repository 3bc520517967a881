// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// inlineChange is one inline policy that must change. An empty document is none.
type inlineChange struct{ name, observed, target string }

// inline compares the inline policies.
func (u *updating) inline() {
	changes := u.inlineChanges()
	alone := u.permissionChanges()+len(changes) == 1
	for _, c := range changes {
		u.stage(c, alone)
	}
}

func (u *updating) inlineChanges() []inlineChange {
	var changes []inlineChange
	for _, name := range keys(u.role.InlinePolicies) {
		observed := u.role.InlinePolicies[name]
		_, declared := u.want.Role.InlinePolicies[name]
		switch {
		case declared || matchesAny(u.want.Ignore.InlinePolicies, name):
		case onlyDenies(observed):
			u.restrictions = append(u.restrictions, "inline policy "+name+", which only denies, is there by others")
		default:
			changes = append(changes, inlineChange{name: name, observed: observed})
		}
	}
	for _, name := range keys(u.want.Role.InlinePolicies) {
		observed, target := u.role.InlinePolicies[name], u.want.Role.InlinePolicies[name]
		if observed == "" || !equal(observed, target) {
			changes = append(changes, inlineChange{name: name, observed: observed, target: target})
		}
	}
	return changes
}

// stage adds the operations that bring one inline policy from observed to target.
//
// A put is one atomic call, and most changes are one call. Two situations need stages in between, unless the change is
// alone in its plan: an exchange of trust or boundary, across which only what old and new both allow may stand; and a
// denial that goes, which must stay until everything it limited is gone.
func (u *updating) stage(c inlineChange, alone bool) {
	s := stager{u: u, name: c.name, document: c.observed}
	old, new := parse(c.observed), parse(c.target)
	if unreadable := (old == nil) != (c.observed == ""); unreadable || alone {
		s.finish(s.revokeOr(grant, c.target == ""), c.target)
		return
	}
	change := policy.Compare(old, new)
	if u.cautious && change.AddsAllow && change.RemovesAllow {
		s.to(revokeFirst, overlap(old, new), noteCautious)
	}
	if !change.RemovesDeny {
		s.finish(u.classOf(change), c.target)
		return
	}
	if between := guarded(old, new); len(between.Statements) > 0 {
		s.to(u.classOf(policy.Change{
			AddsAllow: change.AddsAllow, RemovesAllow: change.RemovesAllow, AddsDeny: change.AddsDeny,
		}), between, noteDenials)
	}
	s.finish(widen, c.target)
}

// classOf is the class of a change of one inline policy that lifts no denial.
func (u *updating) classOf(change policy.Change) class {
	switch {
	case change.AddsDeny && change.AddsAllow:
		return guard
	case change.AddsDeny:
		return restrict
	case change.RemovesAllow && !change.AddsAllow:
		c, _ := u.revoking()
		return c
	default:
		return grant
	}
}

// stager writes one inline policy in stages and skips a stage that would change nothing.
type stager struct {
	u        *updating
	name     string
	document string
}

func (s *stager) revokeOr(c class, revokes bool) class {
	if revokes {
		c, _ = s.u.revoking()
	}
	return c
}

func (s *stager) to(c class, doc *policy.Document, note string) {
	text := ""
	if doc != nil {
		text = string(doc.Render())
	}
	s.write(c, text, note)
}

func (s *stager) finish(c class, target string) { s.write(c, target, "") }

func (s *stager) write(c class, text, note string) {
	if s.document == text || (s.document != "" && text != "" && equal(s.document, text)) {
		return
	}
	var op Operation = PutRolePolicy{Role: s.u.role.Name, Policy: s.name, Old: s.document, New: text}
	if text == "" {
		op = DeleteRolePolicy{Role: s.u.role.Name, Policy: s.name, Old: s.document}
	}
	s.document = text
	s.u.items = append(s.u.items, item{op: op, class: c, note: note})
}

// inlineQuota deletes the inline policies that go before the others are put, when they do not fit into IAM's limit together.
func (u *updating) inlineQuota() {
	size := 0
	for name, document := range u.role.InlinePolicies {
		if _, replaced := u.want.Role.InlinePolicies[name]; !replaced {
			size += policy.Size([]byte(document))
		}
	}
	for _, document := range u.want.Role.InlinePolicies {
		size += policy.Size([]byte(document))
	}
	if size <= iam.InlinePoliciesSize {
		return
	}
	for i := range u.items {
		op, deletes := u.items[i].op.(DeleteRolePolicy)
		if _, replaced := u.want.Role.InlinePolicies[op.Policy]; deletes && !replaced {
			u.items[i].class, u.items[i].note = revokeFirst, noteInline
		}
	}
}
