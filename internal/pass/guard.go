// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// guard withholds what the account's guardrails do not allow, and says what of what is left they would not allow
// either. A question without an answer is a problem of its own, and what depends on it is refused.
func (t *turn) guard(ctx context.Context, got iam.Observation, p plan.Plan) (plan.Plan, error) {
	if p.Refusal != nil {
		return p, nil
	}
	want := t.out.want
	questions := want.JudgeQuestions(got, p)
	if err := t.answer(ctx, questions); err != nil {
		return p, err
	}
	t.out.raising = raisingParts(want.Judge(got, t.answers))
	p = p.Unheld(t.out.raises)
	g := guarding{
		want: want, got: got, answers: t.answers, plan: p, repairs: t.isDrift(got), armed: t.armed(),
		given: given(want, t.out.scope.Account), unknown: len(t.answers.Unanswered(questions)) > 0,
	}
	if g.violations = want.Judge(p.End(got), t.answers); !g.joins() {
		if p = want.DiffRevokingFirst(got, t.answers).Foresee(t.answers); p.Refusal == nil {
			g.plan = p
		}
	}
	guarded := g.guarded()
	t.out.violations, t.out.exceeded = g.violations, want.Judge(guarded.End(got), t.answers)
	return guarded, nil
}

// raisingParts are the parts of an entity that hold what permissions can be raised with.
func raisingParts(violations []guardrail.Violation) map[string]bool {
	parts := map[string]bool{}
	for _, v := range violations {
		for _, part := range v.Parts {
			parts[part] = parts[part] || v.Raises
		}
	}
	return parts
}

// armed reports whether this process has seen the object as it is declared: what is missing now was taken away.
func (t *turn) armed() bool { return t.mem.Applied().Wanted == t.out.want.Fingerprint().Wanted }

// given is what an entity has from its account.
func given(want Wanted, account *v1alpha1.AWSAccount) plan.Given {
	var g plan.Given
	g.Boundary, _ = want.ForcedBoundary()
	if account != nil && account.Spec.Defaults != nil {
		g.Tags = account.Spec.Defaults.Tags
	}
	return g
}

// guarding is a plan that guardrails are applied to. It is pure.
type guarding struct {
	want    Wanted
	got     iam.Observation
	answers plan.Answers
	plan    plan.Plan
	// violations are those of what the plan leads to.
	violations []guardrail.Violation
	// repairs says that nothing changed in Kubernetes: what violates nothing is repaired although other parts violate.
	repairs bool
	// armed says that the object was seen as it is declared.
	armed bool
	// unknown says that something that judging depends on could not be read.
	unknown bool
	given   plan.Given
}

// joins reports whether no step makes a way to raise permissions together with what a later one takes away.
func (g guarding) joins() bool {
	if slices.ContainsFunc(g.violations, isPath) {
		return true // refused anyway
	}
	for i, s := range g.plan.Steps {
		if !s.Op.Effect().Widens() {
			continue
		}
		if slices.ContainsFunc(g.want.Judge(union(g.plan.InForce(g.got, i), g.plan.End(g.got)), g.answers), isPath) {
			return false
		}
	}
	return true
}

func isPath(v guardrail.Violation) bool { return v.Path }

// union is a role that holds all that may be in force at one moment.
func union(f plan.InForce, end iam.Observation) iam.Observation {
	if end.Role == nil {
		return end
	}
	role := *end.Role
	role.InlinePolicies, role.Attached = map[string]string{}, nil
	documents := map[string]string{}
	for part, texts := range f.Documents {
		name, inline := strings.CutPrefix(part, "inline/")
		arn, attached := strings.CutPrefix(part, "attached/")
		for i, text := range texts {
			switch {
			case text == "":
			case inline:
				role.InlinePolicies[name+strings.Repeat("'", i)] = text
			case attached:
				role.Attached, documents[arn] = append(role.Attached, arn), text
			}
		}
	}
	end.Role, end.PolicyDocuments = &role, documents
	return end
}

// guarded is the plan without what is refused.
func (g guarding) guarded() plan.Plan {
	guarded := g.plan.Guard(g.got, g.refuses)
	return guarded.Permit(g.boundaryLater(guarded))
}

// refuses says why an operation is refused, or nothing.
func (g guarding) refuses(op plan.Operation) *plan.Withheld {
	var hits, restricting []guardrail.Violation
	for _, v := range g.violations {
		if v.In(op.Field()) {
			hits = append(hits, v)
			if v.Restricts {
				restricting = append(restricting, v)
			}
		}
	}
	switch {
	case len(restricting) > 0 && op.Verb() != plan.Removes:
		return refusedFor(op, restricting)
	case op.Verb() == plan.Creates && len(g.violations) > 0:
		return refusedFor(op, g.violations)
	case !op.Asks(g.given):
		return nil
	case g.unknown:
		return &plan.Withheld{
			Op: op, Reason: v1alpha1.ReasonProgressing, Message: "what it would permit is not known yet",
		}
	case len(hits) > 0:
		return refusedFor(op, hits)
	case !g.repairs && len(g.violations) > 0:
		return refusedFor(op, g.violations)
	}
	return nil
}

func refusedFor(op plan.Operation, list []guardrail.Violation) *plan.Withheld {
	reason := v1alpha1.ReasonGuardrailViolation
	if slices.ContainsFunc(list, func(v guardrail.Violation) bool { return v.Untrusted }) {
		reason = v1alpha1.ReasonBoundaryUntrusted
	}
	return &plan.Withheld{Op: op, Reason: reason, Message: guardrail.Messages(list)}
}

// boundaryLater holds back the boundary that the account forces on a role that exists, until another change of the role
// widens what it permits: nothing is taken by a change of the guardrails alone. One that was there comes back at once.
func (g guarding) boundaryLater(p plan.Plan) plan.Filter {
	forced, had := g.want.ForcedBoundary()
	comes := slices.ContainsFunc(p.Steps, func(s plan.Step) bool {
		_, boundary := s.Op.(plan.SetBoundary)
		return !boundary && s.Op.Asks(g.given)
	})
	return func(op plan.Operation) (bool, v1alpha1.Reason, string) {
		set, ok := op.(plan.SetBoundary)
		if !ok || forced == "" || set.New != forced || comes || had || g.armed || p.Adopts {
			return true, "", ""
		}
		return false, v1alpha1.ReasonGuardrailExceeded,
			"it comes with the next change of the role that widens what it permits"
	}
}
