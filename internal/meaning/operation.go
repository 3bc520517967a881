// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Of says what an operation means for the entities as they are before it.
func Of(before iam.Observation, op plan.Operation) *Meaning {
	after, m := plan.After(before, op), &Meaning{}
	m.role(before, after)
	m.profile(before.Profile, after.Profile)
	m.policy(before.Policy, after.Policy)
	m.attached(op)
	effect := op.Effect()
	if !effect.Widens() {
		m.Gained = nil
	}
	if !effect.Narrows() {
		m.Lost = nil
	}
	if effect.Widens() && len(m.Gained) == 0 {
		m.gain("what %s permits, which is not known", op)
	}
	if effect.Narrows() && len(m.Lost) == 0 {
		m.lose("what %s takes away, which is not known", op)
	}
	return m
}
