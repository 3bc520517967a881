// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// outcome is what became of one pass: all that status, events, metrics and the next pass follow from.
type outcome struct { //nolint:recvcheck // what asks takes the value, what adds a problem changes it
	// began is when the pass began.
	began time.Time
	// deleting says that the object is being deleted, and gone that nothing is left of it.
	deleting, gone bool
	// scope is where the pass took place, as far as it got to know.
	scope Scope
	// outside are the bounds of the account that the object breaks with an entity that it has already.
	outside []string
	// use is what IAM knows of the use of the role that is to be deleted, nil when it is not known.
	use *iam.RoleUse
	// want is what the object stands for, nil when that is not known.
	want Wanted
	// problems are why the object is not as declared.
	problems []*Problem
	// observed are the entities as the pass left them; seen says that they were looked at.
	observed iam.Observation
	seen     bool
	// plan is what was to be done and execution what became of it.
	plan      plan.Plan
	execution execution
	// violations are what the guardrails do not allow of what is declared, exceeded of what the pass leaves.
	violations, exceeded []guardrail.Violation
	// raising are the parts of the entity that hold what permissions can be raised with.
	raising map[string]bool
	// found says that the entity was created by an earlier pass that could not say so.
	found bool
	// drift says that what the plan closes was not caused by a change in Kubernetes.
	drift bool
	// said is what events say of the entity.
	said hearsay
	// cause says why there was a plan, as far as it is known.
	cause v1alpha1.OperationCause
	// underWay is a deletion that AWS carries out in its own time.
	underWay string
	// wroteAt is when the last call that changed something succeeded; zero when none did.
	wroteAt time.Time
	// propagateUntil is until when a change may not have reached ECS.
	propagateUntil time.Time
}

// failed returns the outcome with one more problem.
func (o outcome) failed(p *Problem) outcome {
	o.problems = append(slices.Clone(o.problems), p)
	return o
}

// healsByTime reports whether a problem is one that ends when the pass is repeated.
func (o outcome) healsByTime() bool {
	return slices.ContainsFunc(o.problems, func(p *Problem) bool { return p.healing == ByTime })
}

// settled reports whether everything wanted is done.
func (o outcome) settled() bool {
	return o.execution.complete() && len(o.problems) == 0 && len(o.plan.Withheld) == 0
}

// answered reports whether AWS answered in a pass, be it that it refused.
func (o outcome) answered() bool { return !slices.ContainsFunc(o.problems, unanswered) }

func unanswered(p *Problem) bool { return p.reason == v1alpha1.ReasonUnavailable }

// raises reports whether what a part of the entity holds must not stay, not even while the entity is held.
func (o *outcome) raises(part string) bool { return o.raising[part] }
