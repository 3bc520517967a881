// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Guard returns the plan without what is refused. Of a document that is refused, all steps are withheld, and what its
// change takes away is taken nevertheless: what old and new document share stays, with the denials of both. What only
// narrows waits for nothing that is refused.
func (p Plan) Guard(got iam.Observation, refuses func(Operation) *Withheld) Plan {
	refused := map[string]*Withheld{}
	for _, s := range p.Steps {
		if w := refuses(s.Op); w != nil && refused[s.Op.Field()] == nil {
			refused[s.Op.Field()] = w
		}
	}
	if len(refused) == 0 {
		return p
	}
	guarded := p.withhold(func(i int) *Withheld {
		s := p.Steps[i]
		// Of several steps of one document the later ones take the earlier ones for done.
		if w := refused[s.Op.Field()]; w != nil && (refuses(s.Op) != nil || rewrites(s.Op)) {
			return &Withheld{Op: s.Op, Reason: w.Reason, Message: w.Message}
		}
		return nil
	})
	return guarded.narrowedFirst(p.narrowings(got, refused))
}

// Unheld returns the plan with those of the operations that the tag ecsiam.dev/hold holds back which take something
// away from a part that must not stay. They wait for nothing.
func (p Plan) Unheld(must func(part string) bool) Plan {
	var steps []Step
	withheld := slices.DeleteFunc(slices.Clone(p.Withheld), func(w Withheld) bool {
		goes := w.Reason == v1alpha1.ReasonHeld && must(w.Op.Field()) && w.Op.Effect().Narrows()
		if goes {
			steps = append(steps, Step{Op: w.Op, Note: noteUnheld})
		}
		return goes
	})
	if len(steps) == 0 {
		return p
	}
	p.Withheld, p.Steps = withheld, slices.Concat(p.Steps, steps)
	return p
}

const noteUnheld = "in spite of the hold, because permissions can be raised with it"

// rewrites reports whether an operation replaces a document.
func rewrites(op Operation) bool {
	switch op.(type) {
	case PutRolePolicy, UpdateTrustPolicy, CreatePolicyVersion:
		return true
	default: // the other operations do not depend on what stood before
		return false
	}
}

// narrowings are the operations that only take away what the refused documents do not keep.
func (p Plan) narrowings(got iam.Observation, refused map[string]*Withheld) []Operation {
	var ops []Operation
	seen := map[string]bool{}
	end := p.End(got)
	for _, s := range p.Steps {
		field := s.Op.Field()
		if refused[field] == nil || seen[field] || !rewrites(s.Op) {
			continue
		}
		seen[field] = true
		if op := narrowing(s.Op, got, end); op != nil {
			ops = append(ops, op)
		}
	}
	return ops
}

// narrowing is the operation that takes away what the end does not keep of a document, nil where that is nothing, or
// cannot be said.
func narrowing(op Operation, got, end iam.Observation) Operation {
	switch op := op.(type) {
	case PutRolePolicy:
		return narrowedInline(op, got, end)
	case UpdateTrustPolicy:
		if got.Role == nil || end.Role == nil {
			return nil
		}
		if text, ok := kept(got.Role.Trust, end.Role.Trust); ok && text != "" {
			return UpdateTrustPolicy{Role: op.Role, Old: got.Role.Trust, New: text}
		}
	case CreatePolicyVersion:
		if got.Policy == nil || end.Policy == nil {
			return nil
		}
		if text, ok := kept(got.Policy.Document, end.Policy.Document); ok && text != "" {
			return CreatePolicyVersion{ARN: op.ARN, Old: got.Policy.Document, New: text}
		}
	default: // no other operation replaces a document
	}
	return nil
}

// narrowedInline is narrowing of an inline policy, which can go altogether.
func narrowedInline(op PutRolePolicy, got, end iam.Observation) Operation {
	if got.Role == nil || end.Role == nil {
		return nil
	}
	old := got.Role.InlinePolicies[op.Policy]
	switch text, ok := kept(old, end.Role.InlinePolicies[op.Policy]); {
	case !ok:
		return nil
	case text == "":
		return DeleteRolePolicy{Role: op.Role, Policy: op.Policy, Old: old}
	default:
		return PutRolePolicy{Role: op.Role, Policy: op.Policy, Old: old, New: text}
	}
}

// kept is what an old document keeps for a new one, empty for nothing. ok is false where it keeps all, or where what is
// left would permit more.
func kept(old, new string) (text string, ok bool) {
	before, after := policy.NewContent(old), policy.NewContent(new)
	if before.Absent() || after.Unreadable() {
		return "", false
	}
	if before.Unreadable() {
		return "", true
	}
	shared, _ := share(allowsOf(before), allowsOf(after))
	version := before.Document().Version
	if after.Document() != nil {
		version = after.Document().Version
	}
	doc, unsaid := compose(version, slices.Concat(shared, distinct(deniesOf(before, after))))
	if len(unsaid) > 0 || doc.Same(before) || effect(before, doc).Widens() {
		return "", false
	}
	return doc.Text(), true
}

// narrowedFirst puts operations before all others.
func (p Plan) narrowedFirst(ops []Operation) Plan {
	if len(ops) == 0 {
		return p
	}
	var steps []Step
	for _, op := range ops {
		steps = append(steps, Step{Op: op, Note: noteNarrowing})
	}
	for _, s := range p.Steps {
		needs := slices.Clone(s.Needs)
		for i := range needs {
			needs[i] += len(ops)
		}
		steps = append(steps, Step{Op: s.Op, Needs: needs, Note: s.Note, Takes: s.Takes})
	}
	p.Steps = steps
	return p
}

const noteNarrowing = "only what goes, because the guardrails of the account refuse what comes"
