// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"cmp"
	"slices"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Patience: how long an answer of AWS may be due to a change that AWS itself has not noticed everywhere.
const (
	// inUsePatience is for a policy that was detached. Two minutes were observed.
	inUsePatience = 2 * time.Minute
	// principalPatience is for a principal that was created. IAM finds new principals within two minutes.
	principalPatience = 2 * time.Minute
)

// circumstances are what the meaning of a failed call depends on.
type circumstances struct {
	// fresh says that the entity was created a moment ago, so that IAM may not find it yet.
	fresh bool
	// lostPrincipal says that a principal of the trust policy has been missing for too long to be new.
	lostPrincipal bool
	// releasing says that AWS may still see what was just removed.
	releasing bool
	// unsure says that AWS may not show what was written before this pass.
	unsure bool
}

// addPlanProblems adds what the refusal and the withheld operations of the plan mean, and the failed ones.
func (o *outcome) addPlanProblems(c circumstances) {
	if refusal := o.plan.Refusal; refusal != nil {
		o.problems = append(o.problems, NewProblem(refusal.Reason, ByPerson, "%s", refusal.Message))
	}
	if p := o.guardrailProblem(); p != nil {
		o.problems = append(o.problems, p)
	}
	for _, w := range o.plan.Withheld {
		if p := o.withheldProblem(w, c); p != nil {
			o.problems = append(o.problems, p)
		}
	}
	for _, r := range o.execution.results {
		if r.err != nil {
			o.problems = append(o.problems, c.resultProblem(r))
		}
	}
}

// guardrailProblem is what the operations mean that guardrails hold back: all that is refused at once, not what each of
// them waits for.
func (o *outcome) guardrailProblem() *Problem {
	if len(o.violations) == 0 {
		return nil
	}
	message := guardrail.Messages(o.violations)
	if o.observed.Role != nil || o.observed.Policy != nil {
		message = "what the spec adds is withheld: " + message
	}
	for _, w := range o.plan.Withheld {
		switch w.Reason {
		case v1alpha1.ReasonGuardrailViolation:
			return NewProblem(w.Reason, BySpec, "%s", message)
		case v1alpha1.ReasonBoundaryUntrusted:
			return NewProblem(w.Reason, ByPerson, "%s", guardrail.Messages(o.violations))
		default:
		}
	}
	if slices.ContainsFunc(o.violations, func(v guardrail.Violation) bool { return v.Unmade }) {
		return NewProblem(v1alpha1.ReasonGuardrailViolation, BySpec, "%s", guardrail.Messages(o.violations))
	}
	return nil
}

// withheldProblem is what an operation that is held back means, nil when it means no harm.
func (o *outcome) withheldProblem(w plan.Withheld, c circumstances) *Problem {
	switch w.Reason {
	case v1alpha1.ReasonReferenceNotReady:
		if c.lostPrincipal {
			return NewProblem(v1alpha1.ReasonPolicyRejected, ByPerson,
				"%s; create it, or correct spec.trust.additionalStatements", w.Message)
		}
		return NewProblem(w.Reason, ByTime, "%s", w.Message)
	case v1alpha1.ReasonOwnershipConflict, v1alpha1.ReasonAccessDenied, v1alpha1.ReasonDeletionBlocked,
		v1alpha1.ReasonLimitExceeded, v1alpha1.ReasonNotFoundInAWS, v1alpha1.ReasonPolicyRejected:
		return NewProblem(w.Reason, ByPerson, "%s: %s", w.Op, w.Message)
	case v1alpha1.ReasonHeld:
		if o.deleting { // what is held is not let go of in silence
			return NewProblem(v1alpha1.ReasonDeletionBlocked, ByPerson, "%s: %s", w.Op, w.Message)
		}
	default:
	}
	return nil
}

// resultProblem says why a step was not done: its call was not made for a Problem, or failed.
func (c circumstances) resultProblem(r result) *Problem {
	if p, _ := AsProblem(r.err); p != nil {
		return p
	}
	return c.stepProblem(r.op, r.err)
}

// stepProblem says what a failed operation means for the user.
func (c circumstances) stepProblem(op plan.Operation, err error) *Problem {
	switch class := iam.Classify(err); {
	case class == iam.ClassInUse && c.releasing:
		return NewProblem(v1alpha1.ReasonDeleting, ByTime, "%s: AWS still sees what was just removed; retrying", op)
	case class == iam.ClassConflict && c.unsure:
		return NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"%s: the name is taken, possibly by what was created moments ago; looking again", op)
	case class == iam.ClassNotFound && op.NotFound() != "":
		return c.missing(op)
	case class == iam.ClassPrincipalNotFound:
		return c.principalMissing(op, answerOf(err).Detail.Principal)
	case class == iam.ClassRejected:
		return rejection(op, err)
	case class == iam.ClassDenied && extraPolicyCures(op, err):
		return NewProblem(v1alpha1.ReasonAccessDenied, ByPerson,
			"%s: %s: AWS denies this call to the controller; %s allows it", op, describeError(err), op.ExtraPolicy())
	case class == iam.ClassLimit:
		return limitProblem(op, err)
	case class == iam.ClassConflict:
		return conflictProblem(op)
	}
	p := classProblem(err)
	if p.reason == v1alpha1.ReasonThrottled {
		return p
	}
	return NewProblem(p.reason, p.healing, "%s: %s", op, p.message).NotBefore(p.after)
}

// extraPolicyCures tells whether a policy beside the common one allows a call that AWS denied.
func extraPolicyCures(op plan.Operation, err error) bool {
	return op.ExtraPolicy() != "" && answerOf(err).Detail.CuredByAllow()
}

// principalMissing says which principal of the trust policy IAM cannot find.
func (c circumstances) principalMissing(op plan.Operation, principal iam.Principal) *Problem {
	unknown := cmp.Or(principal.Unknown(), "IAM cannot find a principal of the trust policy; create it, or correct it")
	if c.lostPrincipal {
		return NewProblem(v1alpha1.ReasonPolicyRejected, ByPerson, "%s: %s in spec.trust.additionalStatements", op, unknown)
	}
	return NewProblem(v1alpha1.ReasonProgressing, ByTime, "%s: %s; if it is new, IAM finds it soon; retrying", op, unknown)
}

// rejection says what IAM refuses about an operation, as far as its answer names it.
func rejection(op plan.Operation, err error) *Problem {
	detail := answerOf(err).Detail
	switch {
	case detail.Principal.Name != "":
		return NewProblem(v1alpha1.ReasonPolicyRejected, BySpec, "%s: %s", op, detail.Principal.Unknown())
	case len(detail.Fields) > 0:
		return NewProblem(v1alpha1.ReasonPolicyRejected, BySpec,
			"%s: IAM refuses %s (%s); correct %s", op, detail.FieldsText(), describeError(err), op.SpecField())
	}
	return NewProblem(v1alpha1.ReasonPolicyRejected, BySpec,
		"%s: IAM refuses it (%s); correct %s", op, describeError(err), op.SpecField())
}

// missing says what the spec refers to that AWS does not have. A new entity is given the time in which IAM may not show
// it, because IAM has one code for a missing role and a missing policy.
func (c circumstances) missing(op plan.Operation) *Problem {
	if c.fresh {
		return NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"%s: %s; the role was created moments ago and may not be visible yet; retrying", op, op.NotFound())
	}
	return NewProblem(v1alpha1.ReasonNotFoundInAWS, ByPerson, "%s: %s", op, op.NotFound())
}

func limitProblem(op plan.Operation, err error) *Problem {
	if op.Overtaken() != "" {
		return NewProblem(v1alpha1.ReasonProgressing, ByTime, "%s: %s", op, op.Overtaken())
	}
	return NewProblem(v1alpha1.ReasonLimitExceeded, ByPerson,
		"%s: %s is reached (%s); remove what is not needed, or have AWS raise the quota",
		op, answerOf(err).Detail.QuotaText(), describeError(err))
}

// conflictProblem says that a name turned out to be taken although it was not seen.
func conflictProblem(op plan.Operation) *Problem {
	if op.Conflict() != "" {
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByPerson, "%s: %s", op, op.Conflict())
	}
	return NewProblem(v1alpha1.ReasonProgressing, ByTime, "%s: the entity changed during the call; retrying", op)
}
