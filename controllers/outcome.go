// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// outcome is all that one pass over a role found and did. Status, events and the next pass follow from it alone.
type outcome struct {
	began    time.Time
	account  *v1alpha1.AWSAccount
	identity iam.Identity
	want     desired.Role
	// policy is what is wanted of an ECSPolicy, nil for other kinds.
	policy *desired.Policy
	// wanted identifies what is wanted.
	wanted string
	// observed is the state after the pass; seen says that there is one.
	observed  iam.Observation
	seen      bool
	plan      plan.Plan
	execution execution
	// vanished says that the entity is absent and that AWS itself deletes it at times, which is no drift.
	vanished bool
	// drift says that what the plan closes was not caused by a change of the spec.
	drift    bool
	problems []*problem
	// wroteAt is when the pass wrote to IAM, or zero.
	wroteAt time.Time
	// propagateUntil is until when a change may not have reached ECS, or zero.
	propagateUntil time.Time
	// task is the deletion of a service-linked role that AWS works on, or empty.
	task string
	// deleting says that the object is being deleted; gone, that its finalizer is removed.
	deleting, gone bool
}

// withProblem returns the outcome with one more problem, if there is one.
func withProblem(o outcome, p *problem) outcome {
	if p != nil {
		o.problems = append(o.problems, p)
	}
	return o
}

// addStepProblems adds what the refusal, the withheld and the failed operations of the plan mean. settling is how long
// AWS may not find a new role; unsure says that AWS may not show what was written before this pass.
func (o *outcome) addStepProblems(mem *remembered, settling time.Duration, unsure bool) {
	if refusal := o.plan.Refusal; refusal != nil {
		o.problems = append(o.problems, problemf(refusal.Reason, byPerson, "%s", refusal.Message))
	}
	for _, w := range o.plan.Withheld {
		*o = withProblem(*o, o.withheldProblem(w))
	}
	if created(o.execution) {
		mem.createdAt = o.wroteAt
	}
	fresh := !mem.createdAt.IsZero() && o.began.Sub(mem.createdAt) < settling
	inUse, lost := o.inUse(mem), o.lostPrincipal(mem)
	for _, r := range o.execution.results {
		switch {
		case r.err == nil:
		case inUse && iam.Classify(r.err) == iam.ClassInUse:
			o.problems = append(o.problems, problemf(v1alpha1.ReasonDeleting, byTime,
				"%s: AWS still sees what was just removed; the call is repeated", r.op))
		case unsure && iam.Classify(r.err) == iam.ClassConflict:
			o.problems = append(o.problems, problemf(v1alpha1.ReasonProgressing, byTime,
				"%s: the name is taken, perhaps by what was created a moment ago; AWS is asked again", r.op))
		default:
			o.problems = append(o.problems, stepProblem(r.op, r.err, fresh, lost))
		}
	}
}

// withheldProblem is what an operation that is held back means, nil when it means no harm.
func (o *outcome) withheldProblem(w plan.Withheld) *problem {
	switch w.Reason {
	case v1alpha1.ReasonOwnershipConflict, v1alpha1.ReasonAccessDenied, v1alpha1.ReasonDeletionBlocked,
		v1alpha1.ReasonLimitExceeded:
		return problemf(w.Reason, byPerson, "%s: %s", w.Op, w.Message)
	case v1alpha1.ReasonHeld:
		if o.deleting { // what is held is not let go of in silence
			return problemf(v1alpha1.ReasonDeletionBlocked, byPerson, "%s: %s", w.Op, w.Message)
		}
	default:
	}
	return nil
}

// inUse tells whether AWS may refuse a deletion only since it has not noticed yet that what was in the way is gone.
func (o *outcome) inUse(mem *remembered) bool {
	if !hasClass(o.execution, iam.ClassInUse) {
		mem.inUseSince = time.Time{}
		return false
	}
	if mem.inUseSince.IsZero() {
		mem.inUseSince = o.began
	}
	return o.began.Sub(mem.inUseSince) < inUsePatience
}

// inUsePatience is how long AWS may take to notice that a policy is detached. Two minutes were observed.
const inUsePatience = 2 * time.Minute

// lostPrincipal tells whether a principal of the trust policy has been missing for too long to be new.
func (o *outcome) lostPrincipal(mem *remembered) bool {
	if !hasClass(o.execution, iam.ClassPrincipalNotFound) {
		mem.principalSince = time.Time{}
		return false
	}
	if mem.principalSince.IsZero() {
		mem.principalSince = o.began
	}
	return o.began.Sub(mem.principalSince) >= principalPatience
}

// principalPatience is how long a principal that IAM cannot find may still be a new one. IAM finds new principals
// within two minutes.
const principalPatience = 2 * time.Minute

func created(e execution) bool {
	return slices.ContainsFunc(e.results, func(r result) bool { return r.done && r.op.Verb() == plan.Creates })
}

func hasClass(e execution, class iam.Class) bool {
	return slices.ContainsFunc(e.results, func(r result) bool { return r.err != nil && iam.Classify(r.err) == class })
}

// donefields are the fields that the execution changed.
func donefields(e execution) []string {
	var fields []string
	for _, r := range e.results {
		if f := r.op.Field(); r.done && !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// propagates tells whether the execution changed something that ECS must learn of: anything but tags and descriptions.
func propagates(e execution) bool {
	return slices.ContainsFunc(e.results, func(r result) bool { return r.done && r.op.Propagates() })
}

// fingerprint identifies what is desired, to tell drift from a change of what is declared.
func fingerprint(want desired.Role) string {
	text, err := json.Marshal(map[string]any{
		"role": want.Role, "trust": want.Role.Trust, "inline": want.Role.InlinePolicies, "profile": want.Profile,
		"ignore": []any{want.Ignore.Tags, want.Ignore.InlinePolicies, want.Ignore.ManagedPolicyARNs},
	})
	if err != nil {
		return ""
	}
	return string(text)
}

// settledBefore tells whether the object was as declared when its present generation was last looked at.
func settledBefore(object client.Object) bool {
	s := standingOf(object)
	return s.observedGeneration == object.GetGeneration() &&
		meta.IsStatusConditionTrue(s.conditions, v1alpha1.ConditionReady)
}

func readyReason(object client.Object) string {
	if c := readyCondition(object); c != nil {
		return c.Reason
	}
	return ""
}

func readyCondition(object client.Object) *metav1.Condition {
	return meta.FindStatusCondition(standingOf(object).conditions, v1alpha1.ConditionReady)
}

func asIAMError(err error) (*iam.Error, bool) {
	var e *iam.Error
	found := errors.As(err, &e)
	return e, found
}

func retryAfter(err error) time.Duration {
	if e, ok := asIAMError(err); ok {
		return e.RetryAfter
	}
	return 0
}
