// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Plan is what must be done, in order. The zero Plan does nothing.
type Plan struct {
	// Steps are executed in order, each when all its Needs have succeeded.
	Steps []Step
	// Withheld are operations that the difference asks for and that must not be done now.
	Withheld []Withheld
	// Refusal is set when nothing may be done at all; then there are no Steps.
	Refusal *Refusal
	// Restrictions name content of others that only denies; it is left where it is.
	Restrictions []string
	// Warnings are remarks for the user that stop nothing: differences that no call can close.
	Warnings []v1alpha1.Warning
	// Gaps are what the old and the new state both may permit and the plan cannot keep at every moment in between.
	Gaps []Gap
	// Account is the account of the role that exists, empty where it is not known.
	Account string
	// Adopts says that the plan takes over an entity that was not ours.
	Adopts bool
}

// Step is one operation and what it waits for.
type Step struct {
	Op Operation
	// Needs are indices of earlier steps that must have succeeded.
	Needs []int
	// Note says why the order is unusual, or is empty.
	Note string
	// Takes says that the step takes away what is permitted, in favour of steps that come later. It is pointless before
	// a call that is known to fail.
	Takes bool
}

// Withheld is an operation that is not done, and why.
type Withheld struct {
	Op     Operation
	Reason v1alpha1.Reason
	// Message completes "withheld: …".
	Message string
}

// Refusal says why nothing may be done.
type Refusal struct {
	Reason v1alpha1.Reason
	// Message tells the user what is wrong and what to do.
	Message string
}

// Empty tells whether there is no difference: nothing to do, withhold or refuse.
func (p Plan) Empty() bool {
	return len(p.Steps) == 0 && len(p.Withheld) == 0 && p.Refusal == nil
}

// Lines tells a person what the plan holds, a line for each operation: first what would be done, then what is withheld.
func (p Plan) Lines() []string {
	lines := make([]string, 0, len(p.Steps)+len(p.Withheld))
	for _, s := range p.Steps {
		line := s.Op.String()
		if s.Note != "" {
			line += " (" + s.Note + ")"
		}
		lines = append(lines, line)
	}
	for _, w := range p.Withheld {
		lines = append(lines, fmt.Sprintf("%s (withheld: %s)", w.Op, w.Message))
	}
	return lines
}

// Fields are the distinct fields that the steps change, in order.
func (p Plan) Fields() []string {
	seen := map[string]bool{}
	var fields []string
	for _, s := range p.Steps {
		if f := s.Op.Field(); !seen[f] {
			seen[f] = true
			fields = append(fields, f)
		}
	}
	return fields
}

func refuse(reason v1alpha1.Reason, format string, args ...any) Plan {
	return Plan{Refusal: &Refusal{Reason: reason, Message: fmt.Sprintf(format, args...)}}
}

// claimsOnly tells whether a plan does no more than to mark an entity as ours.
func claimsOnly(p Plan) bool {
	return len(p.Withheld) == 0 && !slices.ContainsFunc(p.Steps, func(s Step) bool { return !s.Op.claims() })
}
