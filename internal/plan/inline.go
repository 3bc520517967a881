// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// inlineChanges compares the inline policies. What only denies and is neither declared nor ours stays.
func (u *updating) inlineChanges() []*inlinePolicy {
	var changes []*inlinePolicy
	for _, name := range keys(u.role.InlinePolicies) {
		old := u.inline[name]
		_, declared := u.want.Role.InlinePolicies[name]
		switch {
		case declared || keepsInline(u.want, name, old):
			if !declared && restrictsOnly(old) && !ignoresInline(u.want, name) {
				u.restrictions = append(u.restrictions, "inline policy "+name+", which only denies, was "+
					"added by someone else and is left in place")
			}
		default:
			changes = append(changes, &inlinePolicy{name: name, old: old, new: policy.NewContent("")})
		}
	}
	for _, name := range keys(u.want.Role.InlinePolicies) {
		old, new := u.contentOf(name), policy.NewContent(u.want.Role.InlinePolicies[name])
		if !old.Same(new) {
			changes = append(changes, &inlinePolicy{name: name, old: old, new: new})
		}
	}
	return changes
}

// stages are the documents that an inline policy goes through, of which those are left out that equal what is there
// already. All of them but the target hold the denials of old and new.
type stages struct {
	denials  *policy.Content // what old allows
	union    *policy.Content // and what of the new may come while the old is there
	reduced  *policy.Content // without what goes
	complete *policy.Content // all of the new
	target   *policy.Content
}

// stagesOf decides which documents an inline policy goes through. carried are further clauses that stand there until
// the target: denials of attached policies, and what is kept of attached policies between two of them.
func (u *updating) stagesOf(p *inlinePolicy, carriedDenials, carriedAllows []clause) stages {
	denied := distinct(slices.Concat(deniesOf(p.new), deniesOf(p.old), carriedDenials))
	old, new := allowsOf(p.old), allowsOf(p.new)
	early := new
	if u.variant.cautious {
		early = u.shareWithLeaving(new, "inline policy "+p.name)
	}
	early, complete := slices.Concat(early, carriedAllows), slices.Concat(new, carriedAllows)
	union := old
	if len(uncovered(early, old)) > 0 {
		union = slices.Concat(early, uncovered(old, early))
	}
	reduced := early
	if len(uncovered(union, early)) == 0 { // nothing goes: what is there is only said at more length
		reduced = union
	}
	return stages{
		denials:  u.compose(p, old, denied),
		union:    u.compose(p, union, denied),
		reduced:  u.compose(p, reduced, denied),
		complete: u.compose(p, complete, denied),
		target:   p.new,
	}
}

// compose is a document on the way. What it keeps of a policy that allows nothing is marked, so that a later pass knows
// that it may go.
func (u *updating) compose(p *inlinePolicy, allowed, denied []clause) *policy.Content {
	if len(allowed) == 0 {
		denied = marked(denied)
	}
	doc, unsaid := compose(p.version(), slices.Concat(allowed, denied))
	if len(unsaid) > 0 {
		u.gap(Inexpressible, "a statement of inline policy "+p.name+" with ${ in the fields of an ARN")
	}
	for _, c := range []*policy.Content{p.old, p.new} {
		if doc.Same(c) {
			return c
		}
	}
	return doc
}

// addInline adds the items that take an inline policy through its stages.
func (u *updating) addInline(p *inlinePolicy, s stages) {
	put := &putting{u: u, policy: p, document: p.old}
	if u.variant.tight && !p.old.Absent() {
		u.gap(Quota, "what inline policy "+p.name+" permits, until all is in place")
	}
	switch {
	case u.variant.direct:
		list, at := &u.gives, give
		if p.new.Size() < p.old.Size() {
			list, at = &u.rooms, room
		}
		put.stage(list, at, p.new, noteOneStep)
		return
	case p.opaque():
		u.addOpaque(p, put)
		return
	}
	carry := ""
	if !s.complete.Same(p.new) {
		carry = noteDenials
	}
	put.stage(&u.restricts, restrict, s.denials, noteDenialsFirst)
	switch {
	case u.variant.tight:
		list, at := u.growing()
		put.stage(&u.rooms, room, s.reduced, noteInline)
		put.stage(list, at, s.complete, carry)
	case u.variant.swap && !u.variant.cautious && !s.union.Same(s.denials):
		put.stage(&u.swaps, give, s.complete, carry)
	default:
		if !u.variant.swap {
			put.stage(&u.gives, give, s.union, carry)
		}
		note := carry
		if u.variant.cautious {
			note = noteCautious
		}
		put.stage(&u.takes, take, s.reduced, note)
		put.stage(&u.completes, complete, s.complete, carry)
	}
	put.stage(&u.lifts, lift, s.target, "")
}

// growing is where inline policies grow after all that goes has gone: not before an exchange.
func (u *updating) growing() (*[]*item, place) {
	if u.replacesAny() {
		return &u.completes, complete
	}
	return &u.gives, give
}

// addOpaque treats a document that cannot be read as one that allows everything.
func (u *updating) addOpaque(p *inlinePolicy, put *putting) {
	switch {
	case u.variant.tight:
		list, at := u.growing()
		put.stage(&u.rooms, room, policy.NewContent(""), noteInline)
		put.stage(list, at, p.new, "")
	case u.variant.cautious:
		put.stage(&u.takes, take, policy.NewContent(""), noteCautious)
		put.stage(&u.completes, complete, p.new, "")
	case p.new.Absent():
		put.stage(&u.lastTakes, take, p.new, "")
	case p.old.Absent():
		put.stage(&u.gives, give, p.new, "")
	default:
		put.stage(&u.swaps, give, p.new, "")
	}
}

// putting makes the items of one inline policy, each after the one before.
type putting struct {
	u        *updating
	policy   *inlinePolicy
	document *policy.Content
	last     *item
}

// stage adds the item that makes the document the next one, unless it means the same as what is there.
func (s *putting) stage(list *[]*item, at place, next *policy.Content, note string) {
	if next.Same(s.document) {
		return
	}
	it := &item{
		place: at, note: note, document: next, stageOf: s.policy, previous: s.last, takes: at == take || at == room,
	}
	s.document, s.last = next, it
	*list = append(*list, it)
}

// inlineOperations gives the items of inline policies their operations, which name the document that is there before.
func (u *updating) inlineOperations(items []*item) {
	before := map[*inlinePolicy]*policy.Content{}
	for _, it := range sorted(items) {
		p := it.stageOf
		if p == nil {
			continue
		}
		old := before[p]
		if old == nil {
			old = p.old
		}
		before[p] = it.document
		if it.document.Absent() {
			it.op = DeleteRolePolicy{Role: u.role.Name, Policy: p.name, Old: old.Text()}
		} else {
			it.op = PutRolePolicy{Role: u.role.Name, Policy: p.name, Old: old.Text(), New: it.document.Text()}
		}
	}
}

// fits tells whether IAM's limit of the inline policies of a role holds at each of the items, whichever of those before
// it that it does not wait for have failed.
func (u *updating) fits(items []*item) bool {
	list := sorted(items)
	for i, it := range list {
		if it.stageOf == nil || it.document.Absent() {
			continue
		}
		total := it.document.Size()
		for name, c := range u.inlineWith(items) {
			if name != it.stageOf.name {
				total += largest(c, name, it, list[:i])
			}
		}
		if total > iam.InlinePoliciesSize {
			return false
		}
	}
	return true
}

// inlineWith are the observed inline policies and those that the items make.
func (u *updating) inlineWith(items []*item) map[string]*policy.Content {
	all := maps.Clone(u.inline)
	for _, it := range items {
		if it.stageOf != nil && all[it.stageOf.name] == nil {
			all[it.stageOf.name] = policy.NewContent("")
		}
	}
	return all
}

// largest is the size of the largest document that an inline policy may have when an item runs, after some of the
// earlier ones.
func largest(observed *policy.Content, name string, at *item, earlier []*item) int {
	size := observed.Size()
	for _, it := range earlier {
		switch {
		case it.stageOf == nil || it.stageOf.name != name:
		case at.waitsFor(it):
			size = it.document.Size()
		default:
			size = max(size, it.document.Size())
		}
	}
	return size
}
