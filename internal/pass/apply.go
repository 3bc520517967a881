// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// filters hold back what the object or the entity asks to hold back.
func (t *turn) filters(standing standing) []plan.Filter {
	var filters []plan.Filter
	if t.object.SharedSpec().ReconcilePolicy == v1alpha1.ReconcileObserve {
		filters = append(filters, plan.ObserveOnly)
	}
	if standing.held {
		filters = append(filters, t.hold)
	}
	return filters
}

// hold holds back all but the removal of what permissions can be raised with.
func (t *turn) hold(op plan.Operation) (bool, v1alpha1.Reason, string) {
	if t.out.raises(op.Field()) && op.Effect().Narrows() {
		return true, "", ""
	}
	return plan.Hold(op)
}

// permit leaves of a plan what may be done now. What others keep changing back is repaired rarely.
func (t *turn) permit(ctx context.Context, got iam.Observation, p plan.Plan, standing standing) {
	o := &t.out
	o.observed, o.seen = got, true
	o.drift = t.isDrift(got)
	filters := t.filters(standing)
	if o.drift && !forcedPass(t.object) {
		filters = append(filters, plan.Contested(t.mem.Contested(o.began)))
	}
	if outside := strings.Join(o.outside, "; "); outside != "" && !o.drift { // what was there already is repaired
		filters = append(filters, plan.OutOfBounds(outside))
	}
	o.plan = p.Permit(filters...)
	if conflicts(o.plan) {
		t.logOwners(ctx, got)
	}
	o.cause = t.cause(p)
}

// apply executes the plan as far as it is permitted, and remembers what it left.
func (t *turn) apply(ctx context.Context, got iam.Observation) {
	o := &t.out
	o.execution = execute(ctx, t.aws, t.changes(), o.plan, got)
	o.observed = o.execution.after
	unsure := t.mem.Unsure(o.began) > 0
	if o.execution.wrote() {
		o.wroteAt = t.Clock.Now()
		t.mem.Wrote(belief.Write{Before: got, After: o.execution.after, Declared: o.want.Declared()}, o.wroteAt)
	}
	o.addPlanProblems(t.circumstances(propagationDelay(o.scope.Account), unsure))
	o.addForbidden()
	if o.drift && o.execution.wrote() {
		t.mem.Repaired(o.execution.fields(), o.wroteAt)
	}
	if o.settled() {
		t.mem.SetApplied(belief.Applied(o.want.Fingerprint()))
	}
	o.propagateUntil = t.propagation()
}

// isDrift reports whether a difference is one that nobody asked for in Kubernetes. An entity that AWS itself may delete
// is not missed as drift.
func (t *turn) isDrift(got iam.Observation) bool {
	if t.kind.Autonomous != nil && got.Role == nil {
		return false
	}
	applied := t.mem.Applied().Wanted
	return applied == t.out.want.Fingerprint().Wanted || (applied == "" && settledBefore(t.object))
}

// circumstances are what the meaning of a failed call depends on. settling is how long AWS may not find what is new.
func (t *turn) circumstances(settling time.Duration, unsure bool) circumstances {
	o := &t.out
	if o.execution.created() {
		t.mem.Created(o.wroteAt)
	}
	missing := o.execution.failedWith(iam.ClassPrincipalNotFound) || len(o.observed.MissingPrincipals) > 0
	inUse := o.execution.failedWith(iam.ClassInUse)
	return circumstances{
		fresh: t.mem.Fresh(o.began, settling), unsure: unsure,
		lostPrincipal: t.mem.PrincipalMissing(missing, o.began, t.missingSince()) >= principalPatience,
		releasing:     t.mem.InUse(inUse, o.began) < inUsePatience && inUse,
	}
}

// propagation returns until when a change of the spec may not have reached ECS, or zero. The repair of drift keeps
// Ready.
func (t *turn) propagation() time.Time {
	o, last := &t.out, t.mem.Propagating()
	if o.execution.wrote() && !o.drift && o.execution.propagates() {
		last = o.wroteAt
	}
	if last.IsZero() && interrupted(t.object) {
		last = t.object.Shared().LastAppliedTime.Time
	}
	t.mem.SetPropagating(last)
	if last.IsZero() {
		return last
	}
	return last.Add(propagationDelay(o.scope.Account))
}

// interrupted reports whether the controller stopped while a change was propagating.
func interrupted(object Object) bool {
	return object.Shared().LastAppliedTime != nil && ReadyReason(object) == string(v1alpha1.ReasonPropagating)
}

// addForbidden adds what the account's bounds of names, paths and number hold back.
func (o *outcome) addForbidden() {
	outside := strings.Join(o.outside, "; ")
	if slices.ContainsFunc(o.plan.Withheld, func(w plan.Withheld) bool {
		return w.Reason == v1alpha1.ReasonGuardrailViolation && w.Message == outside
	}) {
		o.problems = append(o.problems, NewProblem(v1alpha1.ReasonGuardrailViolation, BySpec,
			"what the spec adds is withheld: %s", outside))
	}
}

// missingSince is when the object began to say that one of its principals is missing, zero when it does not. It helps a
// controller that was restarted; nothing else depends on it.
func (t *turn) missingSince() time.Time {
	ready := meta.FindStatusCondition(t.object.Shared().Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.Reason != string(v1alpha1.ReasonReferenceNotReady) {
		return time.Time{}
	}
	for _, arn := range t.out.observed.MissingPrincipals {
		if strings.Contains(ready.Message, iam.WithoutAccounts(arn)) {
			return ready.LastTransitionTime.Time
		}
	}
	return time.Time{}
}
