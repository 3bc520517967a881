// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// inlineChange is one inline policy that must change. An empty text is none.
type inlineChange struct {
	policy.Change
	name, observed, target string
	// old and new are the parsed texts, nil for none.
	old, new *policy.Document
	// opaque says that one of the texts cannot be read.
	opaque bool
}

func newInlineChange(name, observed, target string) inlineChange {
	c := inlineChange{name: name, observed: observed, target: target, old: parse(observed), new: parse(target)}
	c.opaque = (c.old == nil) != (observed == "") || (c.new == nil) != (target == "")
	if !c.opaque {
		c.Change = policy.Compare(c.old, c.new)
	}
	return c
}

// inline compares the inline policies and adds the operations that bring them from observed to desired. Where the
// stages of an orderly change exceed IAM's limit of all inline policies together, all that is to go goes first;
// where even that does not fit, since denials of old and new are too long together, each policy is replaced in one
// step.
func (u *updating) inline() {
	changes := u.inlineChanges()
	orderly := staging{role: u.role.Name, cautious: u.cautious, note: noteCautious}
	orderly.survey(u.items, changes)
	tight, direct := orderly, orderly
	tight.cautious, tight.note = true, noteInline
	direct.direct = true
	for _, s := range []staging{orderly, tight, direct} {
		if items := s.items(changes); u.fits(items) {
			u.items = append(u.items, items...)
			return
		}
	}
	u.items = append(u.items, orderly.items(changes)...)
}

func (u *updating) inlineChanges() []inlineChange {
	var changes []inlineChange
	for _, name := range keys(u.role.InlinePolicies) {
		observed := u.role.InlinePolicies[name]
		_, declared := u.want.Role.InlinePolicies[name]
		switch {
		case declared || desired.MatchesAny(u.want.Ignore.InlinePolicies, name):
		case restrictsOnly(observed):
			u.restrictions = append(u.restrictions, "inline policy "+name+", which only denies, is there by others")
		default:
			changes = append(changes, newInlineChange(name, observed, ""))
		}
	}
	for _, name := range keys(u.want.Role.InlinePolicies) {
		observed, target := u.role.InlinePolicies[name], u.want.Role.InlinePolicies[name]
		if !equal(observed, target) {
			changes = append(changes, newInlineChange(name, observed, target))
		}
	}
	return changes
}

// fits tells whether IAM's limit of the inline policies of a role holds after each of the operations, in their order.
func (u *updating) fits(items []item) bool {
	total, sizes := 0, map[string]int{}
	for name, document := range u.role.InlinePolicies {
		sizes[name] = policy.Size([]byte(document))
		total += sizes[name]
	}
	set := func(name, document string) {
		size := policy.Size([]byte(document))
		total, sizes[name] = total+size-sizes[name], size
	}
	return !slices.ContainsFunc(byClass(items), func(it item) bool {
		switch op := it.op.(type) {
		case PutRolePolicy:
			set(op.Policy, op.New)
			return total > iam.InlinePoliciesSize
		case DeleteRolePolicy:
			set(op.Policy, "")
		default: // the others write no inline policy
		}
		return false
	})
}
