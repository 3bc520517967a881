// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
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
	end := p.End(got)
	guarded := p.withhold(func(i int) *Withheld {
		op := p.Steps[i].Op
		// Of several steps of one document the later ones take the earlier ones for done.
		_, rewrites := op.narrowed(got, end)
		if w := refused[op.Field()]; w != nil && (rewrites || refuses(op) != nil) {
			return &Withheld{Op: op, Reason: w.Reason, Message: w.Message}
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

// narrowings are the operations that only take away what the refused documents do not keep.
func (p Plan) narrowings(got iam.Observation, refused map[string]*Withheld) []Operation {
	var ops []Operation
	seen := map[string]bool{}
	end := p.End(got)
	for _, s := range p.Steps {
		field := s.Op.Field()
		if refused[field] == nil || seen[field] {
			continue
		}
		op, rewrites := s.Op.narrowed(got, end)
		seen[field] = rewrites
		if op != nil {
			ops = append(ops, op)
		}
	}
	return ops
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
