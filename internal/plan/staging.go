// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// staging decides through which documents an inline policy goes from observed to desired.
//
// A put is one atomic call, and most changes are one call. Stages in between are needed, unless the change is alone in
// its plan, when only what old and new both allow may stand for a while (cautious), when denials of several policies
// must all be there before the first of them allows more, and when a denial goes, which must stay until everything that
// it limited is gone.
type staging struct {
	role string
	// cautious says that all that is to go goes before anything comes; note says why.
	cautious bool
	note     string
	// direct says that there is no room for stages.
	direct bool
	// alone says that nothing else in the plan changes what anybody may do.
	alone bool
	// guards counts the policies that get more allowed and more denied.
	guards int
	// granting says that something in the plan allows more.
	granting bool
}

// survey looks at everything else that the plan does.
func (s *staging) survey(others []item, changes []inlineChange) {
	n := len(changes)
	for _, it := range others {
		if it.class != claim && it.class != neutral {
			n++
		}
		s.granting = s.granting || it.class == grant
	}
	s.alone = n == 1
	for i := range changes {
		c := &changes[i]
		s.granting = s.granting || c.AddsAllow || c.opaque && c.target != ""
		if c.AddsAllow && c.AddsDeny {
			s.guards++
		}
	}
}

func (s *staging) items(changes []inlineChange) []item {
	var items []item
	for i := range changes {
		c := &changes[i]
		document := c.observed
		for _, next := range s.stages(c) {
			if next.text == document || document != "" && next.text != "" && equal(document, next.text) {
				continue
			}
			var op Operation = PutRolePolicy{Role: s.role, Policy: c.name, Old: document, New: next.text}
			if next.text == "" {
				op = DeleteRolePolicy{Role: s.role, Policy: c.name, Old: document}
			}
			items = append(items, item{op: op, class: next.class, note: next.note})
			document = next.text
		}
	}
	return items
}

// stage is a document on the way, empty for none.
type stage struct {
	class class
	text  string
	note  string
}

func (s *staging) stages(c *inlineChange) []stage {
	switch {
	case s.direct:
		return s.inOneStep(c)
	case s.alone && c.target == "":
		return []stage{{class: revoke}}
	case s.alone:
		return []stage{{class: grant, text: c.target}}
	case c.opaque:
		return s.opaque(c)
	}
	stages, guarded := s.first(c)
	stages = append(stages, s.middle(c, guarded)...)
	if c.RemovesDeny {
		stages = append(stages, stage{class: widen, text: c.target})
	}
	return stages
}

// first adds the denials, and takes away what goes, where this cannot wait for the grants. It tells whether the denials
// are in place after it.
func (s *staging) first(c *inlineChange) ([]stage, bool) {
	switch {
	case s.cautious && c.RemovesAllow && !c.AddsAllow:
		return []stage{{revokeFirst, c.allowed(), s.note}}, true
	case s.cautious && c.RemovesAllow:
		return []stage{{revokeFirst, c.withAllows(common(c.old, c.new)), s.note}}, true
	case c.AddsDeny && c.AddsAllow && (s.cautious || s.guards > 1),
		c.AddsDeny && c.RemovesAllow && !c.AddsAllow && s.granting:
		return []stage{{restrict, c.withAllows(allows(c.old)), noteDenialsFirst}}, true
	}
	return nil, !c.AddsDeny
}

// middle brings what is allowed to what is desired, under the denials of old and new.
func (s *staging) middle(c *inlineChange, guarded bool) []stage {
	result := stage{text: c.allowed()}
	if c.RemovesDeny {
		result.note = noteDenials
	}
	switch {
	case c.AddsAllow && !guarded:
		result.class = guard
	case !guarded:
		result.class = restrict
	case c.AddsAllow && c.RemovesAllow && !s.cautious:
		result.class = swap
	case c.AddsAllow:
		result.class = grant
	case c.RemovesAllow:
		result.class = revoke
	case c.RemovesDeny:
		return nil
	default:
		result.class = neutral
	}
	return []stage{result}
}

// allowed is the document that allows what is desired and still denies what is to be free.
func (c *inlineChange) allowed() string {
	if c.RemovesDeny {
		return c.withAllows(allows(c.new))
	}
	return c.target
}

// withAllows is a document that allows the given and denies what old or new denies, empty for none. What it keeps of a
// policy that is to go is marked, so that a later pass knows that it may go.
func (c *inlineChange) withAllows(allowed []policy.Statement) string {
	doc := &policy.Document{Version: policy.Version2012}
	switch {
	case c.new != nil:
		doc.Version = c.new.Version
	case c.old != nil:
		doc.Version = c.old.Version
	}
	denied := bothDenies(c.old, c.new)
	if len(allowed) == 0 {
		denied = marked(denied)
	}
	if doc.Statements = slices.Concat(allowed, denied); len(doc.Statements) == 0 {
		return ""
	}
	return string(unique(doc).Render())
}

// opaque treats a document that cannot be read as one that allows everything.
func (s *staging) opaque(c *inlineChange) []stage {
	switch {
	case s.cautious:
		return []stage{{class: revokeFirst, note: s.note}, {class: grant, text: c.target}}
	case c.target == "":
		return []stage{{class: revoke}}
	case c.observed == "":
		return []stage{{class: grant, text: c.target}}
	default:
		return []stage{{class: swap, text: c.target}}
	}
}

// inOneStep replaces a document at once, those that shrink before those that grow.
func (s *staging) inOneStep(c *inlineChange) []stage {
	result := stage{class: grant, text: c.target, note: noteOneStep}
	if policy.Size([]byte(c.target)) < policy.Size([]byte(c.observed)) {
		result.class = revokeFirst
	}
	return []stage{result}
}
