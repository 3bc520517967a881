// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Healing says what ends a problem, and with it whether an object is Reconciling or Stalled.
type Healing int

const (
	// ByTime heals when the pass is repeated, with back-off.
	ByTime Healing = iota
	// ByObject heals when another Kubernetes object changes, which is watched.
	ByObject
	// BySpec heals when the spec changes.
	BySpec
	// ByPerson heals when a person changes something in AWS, which no event tells of: it is tried again slowly.
	ByPerson
)

// Problem is why an object is not as declared, and who can change that. It is an error and immutable. Its message may
// hold account ids, which are shortened where it leaves the controller.
type Problem struct { //nolint:errname // the word that conditions and this package have for it
	reason  v1alpha1.Reason
	message string
	healing Healing
	after   time.Duration
	// held says that the rate limit left no room for a call, which was not made.
	held bool
}

// NewProblem makes a problem.
func NewProblem(reason v1alpha1.Reason, healing Healing, format string, args ...any) *Problem {
	return &Problem{reason: reason, healing: healing, message: fmt.Sprintf(format, args...)}
}

// Error implements error.
func (p *Problem) Error() string { return p.message }

// Reason is the reason of the condition.
func (p *Problem) Reason() v1alpha1.Reason { return p.reason }

// Healing says what ends the problem.
func (p *Problem) Healing() Healing { return p.healing }

// Adding returns the problem with a text added to its message.
func (p *Problem) Adding(text string) *Problem {
	longer := *p
	longer.message += text
	return &longer
}

// NotBefore returns the problem with the least time after which looking again is of use.
func (p *Problem) NotBefore(after time.Duration) *Problem {
	later := *p
	later.after = after
	return &later
}

// stalls reports whether a person must act.
func (p *Problem) stalls() bool { return p.healing == BySpec || p.healing == ByPerson }

// AsProblem takes an error apart: a Problem ends the pass with a status, any other error is one of the Kubernetes API
// and has the pass repeated.
func AsProblem(err error) (*Problem, error) {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p, nil
	}
	return nil, err
}

// InvalidSpec is the problem of fields that are wrong, one a line.
func InvalidSpec(err error) *Problem {
	return NewProblem(v1alpha1.ReasonInvalidSpec, BySpec, "%s", fieldErrors(err))
}

// QuotaReached is the problem of a spec that a quota of the account leaves no room for.
func QuotaReached(err error) *Problem {
	return NewProblem(v1alpha1.ReasonLimitExceeded, ByPerson, "%s", fieldErrors(err))
}

// fieldErrors lists the fields that are wrong, one a line.
func fieldErrors(err error) string {
	var all utilerrors.Aggregate
	if !errors.As(err, &all) {
		return err.Error()
	}
	if len(all.Errors()) == 1 {
		return all.Errors()[0].Error()
	}
	lines := []string{fmt.Sprintf("%d fields are wrong:", len(all.Errors()))}
	for _, e := range all.Errors() {
		lines = append(lines, "- "+e.Error())
	}
	return strings.Join(lines, "\n")
}

// ReadProblem says what a failed reading means.
func ReadProblem(err error) *Problem {
	p := classProblem(err)
	if p.reason == v1alpha1.ReasonProgressing {
		return NewProblem(p.reason, p.healing, "reading from AWS is repeated: %s", describeError(err))
	}
	return p
}

// classProblem says what an error means where nothing more is known than its class.
func classProblem(err error) *Problem {
	what, answer := describeError(err), answerOf(err)
	switch iam.Classify(err) {
	case iam.ClassDenied:
		return NewProblem(v1alpha1.ReasonAccessDenied, ByPerson, "%s: %s", what, answer.Denial())
	case iam.ClassCredentials:
		return NewProblem(v1alpha1.ReasonCredentialsInvalid, ByTime, "%s: AWS does not accept the controller's credentials; "+
			"renew them, or see that its IAM role for service accounts or EKS Pod Identity association is in place; "+
			"retrying", what)
	case iam.ClassThrottled:
		return throttled(err)
	case iam.ClassLimit:
		return NewProblem(v1alpha1.ReasonLimitExceeded, ByPerson, "%s: %s is reached", what, answer.Detail.QuotaText())
	case iam.ClassConflict:
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByPerson, "%s: the name is taken", what)
	case iam.ClassRejected:
		return NewProblem(v1alpha1.ReasonPolicyRejected, BySpec,
			"%s: IAM refuses %s", what, cmp.Or(answer.Detail.FieldsText(), "the content"))
	case iam.ClassUnmodifiable:
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByPerson,
			"%s: the entity belongs to AWS and cannot be changed", what)
	case iam.ClassInUse:
		return NewProblem(v1alpha1.ReasonDeletionBlocked, ByPerson, "%s: something still refers to the entity", what)
	case iam.ClassStale, iam.ClassNotFound, iam.ClassPrincipalNotFound:
		return NewProblem(v1alpha1.ReasonProgressing, ByTime, "%s: the entity changed during the call; retrying", what)
	case iam.ClassUnknown, iam.ClassUnavailable:
	}
	if answer.Code == "" {
		return NewProblem(v1alpha1.ReasonUnavailable, ByTime, "%s; retrying", what)
	}
	return NewProblem(v1alpha1.ReasonUnavailable, ByTime, "%s: AWS returned an internal error; retrying", what)
}

// throttled is the problem of a call that was throttled, by AWS or by the rate limit.
func throttled(err error) *Problem {
	p := NewProblem(v1alpha1.ReasonThrottled, ByTime,
		"AWS limits the rate of calls; the controller slows down and continues by itself").NotBefore(retryAfter(err))
	p.held = iam.HeldBack(err)
	return p
}

// describeError shows action and code of an error of AWS; its own text may hold account details and stays in the log.
func describeError(err error) string {
	if e, ok := errors.AsType[*iam.Error](err); ok {
		return e.Error()
	}
	return "the call to AWS failed"
}

// answerOf is what AWS answered; the zero value where it did not.
func answerOf(err error) *iam.Error {
	if e, ok := errors.AsType[*iam.Error](err); ok {
		return e
	}
	return &iam.Error{}
}

func retryAfter(err error) time.Duration { return answerOf(err).RetryAfter }

func readError(err error) error {
	if err == nil {
		return nil
	}
	return ReadProblem(err)
}
