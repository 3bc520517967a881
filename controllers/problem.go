// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// healing says what ends a problem, and with it whether an object is Reconciling or Stalled.
type healing int

const (
	// byTime heals when the pass is repeated, with back-off.
	byTime healing = iota
	// byObject heals when another Kubernetes object changes, which is watched.
	byObject
	// bySpec heals when the spec changes.
	bySpec
	// byPerson heals when a person changes something in AWS, which no event tells of: it is tried again slowly.
	byPerson
)

// problem is why an object is not as declared.
type problem struct {
	reason  v1alpha1.Reason
	message string
	healing healing
	// after is how long to wait at least, when that is known.
	after time.Duration
}

func (p problem) Error() string { return p.message }

func problemf(reason v1alpha1.Reason, h healing, format string, args ...any) *problem {
	return &problem{reason: reason, healing: h, message: iam.WithoutAccounts(fmt.Sprintf(format, args...))}
}

// readProblem says what a failed reading means.
func readProblem(err error) *problem {
	p := classProblem(err)
	if p.reason == v1alpha1.ReasonProgressing {
		p.message = "reading from AWS is repeated: " + describeError(err)
	}
	return p
}

// classProblem says what an error means where nothing more is known than its class.
func classProblem(err error) *problem {
	what := describeError(err)
	switch iam.Classify(err) {
	case iam.ClassDenied:
		return problemf(v1alpha1.ReasonAccessDenied, byPerson,
			"%s: AWS denies this call to the controller; allow the action, config/iam/controller-policy.json "+
				"has all that it needs", what)
	case iam.ClassThrottled:
		p := problemf(v1alpha1.ReasonThrottled, byTime,
			"AWS limits the rate of calls; the controller slows down and continues by itself")
		p.after = retryAfter(err)
		return p
	case iam.ClassLimit:
		return problemf(v1alpha1.ReasonLimitExceeded, byPerson, "%s: a quota of the account is reached", what)
	case iam.ClassConflict:
		return problemf(v1alpha1.ReasonOwnershipConflict, byPerson, "%s: the name is taken", what)
	case iam.ClassRejected:
		return problemf(v1alpha1.ReasonPolicyRejected, bySpec, "%s: IAM refuses the content", what)
	case iam.ClassUnmodifiable:
		return problemf(v1alpha1.ReasonOwnershipConflict, byPerson,
			"%s: the entity belongs to AWS and cannot be changed", what)
	case iam.ClassInUse:
		return problemf(v1alpha1.ReasonDeletionBlocked, byPerson, "%s: something still refers to the entity", what)
	case iam.ClassStale, iam.ClassNotFound, iam.ClassPrincipalNotFound:
		return problemf(v1alpha1.ReasonProgressing, byTime, "%s: AWS was changing meanwhile; the call is repeated", what)
	case iam.ClassUnknown, iam.ClassUnavailable:
	}
	return problemf(v1alpha1.ReasonUnavailable, byTime, "%s: AWS did not answer as expected; the call is repeated", what)
}

// describeError shows action and code of an error of AWS; its own text may hold account details and stays in the log.
func describeError(err error) string {
	if e, ok := asIAMError(err); ok {
		return e.Error()
	}
	return "the call to AWS failed"
}

// stepProblem says what a failed operation means for the user. fresh says that the role was created a moment ago,
// so that IAM may not find it yet; lostPrincipal, that a principal of the trust policy has been missing for too
// long to be new.
func stepProblem(op plan.Operation, err error, fresh, lostPrincipal bool) *problem {
	class := iam.Classify(err)
	switch {
	case class == iam.ClassNotFound:
		if p := missing(op); p != nil {
			return notYet(p, fresh)
		}
	case class == iam.ClassPrincipalNotFound && lostPrincipal:
		return problemf(v1alpha1.ReasonPolicyRejected, byPerson,
			"%s: IAM cannot find a principal of the trust policy; create it, or correct spec.trust.additionalStatements", op)
	case class == iam.ClassRejected:
		return problemf(v1alpha1.ReasonPolicyRejected, bySpec,
			"%s: IAM refuses it (%s); correct %s", op, describeError(err), op.SpecField())
	case class == iam.ClassDenied && op.ExtraPolicy() != "":
		return problemf(v1alpha1.ReasonAccessDenied, byPerson,
			"%s: %s: AWS denies this call to the controller; %s allows it", op, describeError(err), op.ExtraPolicy())
	case class == iam.ClassLimit && op.Overtaken() != "":
		return problemf(v1alpha1.ReasonProgressing, byTime, "%s: %s", op, op.Overtaken())
	case class == iam.ClassLimit:
		return problemf(v1alpha1.ReasonLimitExceeded, byPerson,
			"%s: a quota of the account is reached (%s); remove what is not needed, "+
				"or have AWS raise the quota", op, describeError(err))
	case class == iam.ClassConflict:
		return conflict(op)
	}
	p := classProblem(err)
	if p.reason != v1alpha1.ReasonThrottled {
		p.message = op.String() + ": " + p.message
	}
	return p
}

// notYet gives a new role the time in which IAM may not show it, since IAM has one code for a missing role and
// policy.
func notYet(p *problem, fresh bool) *problem {
	if !fresh {
		return p
	}
	return problemf(v1alpha1.ReasonProgressing, byTime,
		"%s; it was created just now, so the call is repeated first", p.message)
}

// missing says which part of the spec refers to something that AWS does not have, or nil when that is the role
// itself.
func missing(op plan.Operation) *problem {
	if why := op.NotFound(); why != "" {
		return problemf(v1alpha1.ReasonNotFoundInAWS, byPerson, "%s: %s", op, why)
	}
	return nil
}

// conflict says that a name turned out to be taken although it was not seen.
func conflict(op plan.Operation) *problem {
	if why := op.Conflict(); why != "" {
		return problemf(v1alpha1.ReasonOwnershipConflict, byPerson, "%s: %s", op, why)
	}
	return problemf(v1alpha1.ReasonProgressing, byTime, "%s: AWS was changing meanwhile; the call is repeated", op)
}
