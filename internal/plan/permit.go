// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Filter decides whether an operation may be done now. It returns ok, or the reason and a message why not.
type Filter func(op Operation) (ok bool, reason v1alpha1.Reason, message string)

// Permit returns the plan with every step that a filter holds back, and every step that needs such a step, withheld.
func (p Plan) Permit(filters ...Filter) Plan {
	return p.withhold(func(i int) *Withheld { return heldBack(p.Steps[i].Op, filters) })
}

// heldBack is an operation that one of the filters holds back, nil if none does.
func heldBack(op Operation, filters []Filter) *Withheld {
	for _, f := range filters {
		if ok, reason, message := f(op); !ok {
			return &Withheld{Op: op, Reason: reason, Message: message}
		}
	}
	return nil
}

// withhold returns the plan with every step withheld for whose index why gives a reason, and every step that needs
// such a step.
func (p Plan) withhold(why func(step int) *Withheld) Plan {
	permitted := p
	permitted.Steps = nil
	permitted.Withheld = append([]Withheld(nil), p.Withheld...)
	renumbered, contested, refused := make(map[int]int, len(p.Steps)), map[int]bool{}, map[int]bool{}
	for i, step := range p.Steps {
		// What someone else allows goes, although what takes its place is contested, or refused.
		only, detaches := step.Op.Effect() == Narrows, step.Op.Verb() == Removes && step.Op.Effect().Narrows()
		step.Needs = slices.DeleteFunc(slices.Clone(step.Needs), func(n int) bool {
			return only && contested[n] || (only || detaches) && refused[n]
		})
		w := why(i)
		if w == nil {
			w = waiting(step, p.Steps, renumbered)
		}
		if w != nil {
			contested[i] = w.Reason == v1alpha1.ReasonContested
			refused[i] = w.Reason == v1alpha1.ReasonGuardrailViolation || w.Reason == v1alpha1.ReasonBoundaryUntrusted ||
				slices.ContainsFunc(step.Needs, func(n int) bool { return refused[n] })
			permitted.Withheld = append(permitted.Withheld, *w)
			continue
		}
		var needs []int
		for _, n := range step.Needs {
			needs = append(needs, renumbered[n])
		}
		renumbered[i] = len(permitted.Steps)
		permitted.Steps = append(permitted.Steps, Step{Op: step.Op, Needs: needs, Note: step.Note, Takes: step.Takes})
	}
	permitted.Adopts = p.Adopts && len(permitted.Steps) > 0
	return permitted
}

// waiting withholds a step that needs one that is withheld.
func waiting(step Step, all []Step, kept map[int]int) *Withheld {
	for _, n := range step.Needs {
		if _, ok := kept[n]; !ok {
			return &Withheld{
				Op: step.Op, Reason: v1alpha1.ReasonProgressing, Message: fmt.Sprintf("waits for: %s", all[n].Op),
			}
		}
	}
	return nil
}

// ObserveOnly holds back every operation, for reconcilePolicy Observe.
func ObserveOnly(Operation) (bool, v1alpha1.Reason, string) {
	return false, v1alpha1.ReasonDrifted, "reconcilePolicy is Observe"
}

// Hold holds back every operation, for entities with the tag ecsiam.dev/hold.
func Hold(Operation) (bool, v1alpha1.Reason, string) {
	return false, v1alpha1.ReasonHeld, "the tag " + v1alpha1.TagHold + " in AWS keeps it as it is"
}

// Protected holds back every operation, for a role in use that is to be deleted. The message says which.
func Protected(why string) Filter {
	return func(Operation) (bool, v1alpha1.Reason, string) { return false, v1alpha1.ReasonRecentlyUsed, why }
}

// Contested holds back the operations on fields that others keep changing back. What is missing altogether is made
// again however often it goes: there is nothing to be at odds about, and nothing would be as declared without it. So is
// a boundary or a denial, and what others allow goes however often they add it.
func Contested(fields map[string]bool) Filter {
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		if op.Verb() != Creates && !op.Effect().Narrows() && fields[op.Field()] {
			return false, v1alpha1.ReasonContested, "another writer keeps changing it back; tried again within the hour"
		}
		return true, "", ""
	}
}

// OutOfBounds holds back what widens, for entities that break a bound of their account. The message says which.
func OutOfBounds(why string) Filter {
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		if op.Effect().Widens() {
			return false, v1alpha1.ReasonGuardrailViolation, why
		}
		return true, "", ""
	}
}

// DeletesRole tells whether the plan ends a role.
func (p Plan) DeletesRole() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Op.Verb() == Removes && s.Op.Field() == "role" })
}

// withoutFailing withholds the calls that are known to fail, and everything that the plan takes away in favour of what
// then cannot come.
func (p Plan) withoutFailing(fails ...Filter) Plan {
	failing, fault := make([]*Withheld, len(p.Steps)), (*Withheld)(nil)
	for i, s := range p.Steps {
		failing[i] = heldBack(s.Op, fails)
		if fault == nil {
			fault = failing[i]
		}
	}
	if fault == nil {
		return p
	}
	return p.withhold(func(i int) *Withheld {
		switch op := p.Steps[i].Op; {
		case failing[i] != nil:
			return failing[i]
		case p.Steps[i].Takes:
			return &Withheld{
				Op: op, Reason: v1alpha1.ReasonProgressing, Message: "nothing is taken before: " + fault.Op.String(),
			}
		}
		return nil
	})
}
