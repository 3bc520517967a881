// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Event types.
const (
	normal  = corev1.EventTypeNormal
	warning = corev1.EventTypeWarning
)

// noteLimit is the length of an event's note; the API server refuses longer ones and cuts nothing.
const noteLimit = 1024

// quietFailures is how many passes in a row may fail over a Ready object, for reasons that heal by themselves, before
// its status says so: a failed look at something that is as declared changes nothing about it.
const quietFailures = 5

// report writes status and events from the outcome, and returns how many passes in a row failed for reasons that heal
// by themselves. It writes nothing when nothing differs.
func (r *Reconciler) report(ctx context.Context, object Object, o outcome) (int, error) {
	failures := r.note(object, o)
	r.tell(object, o)
	if keepsQuiet(object, o, failures) {
		return failures, nil
	}
	before := r.saidBefore(object)
	next := r.status(object, o)
	changed := announced(before, next.Shared().Conditions)
	if err := r.applyStatus(ctx, object, next); err != nil {
		return failures, fmt.Errorf("writing the status: %w", err)
	}
	r.said.Store(object.GetUID(), ReadyReason(next))
	if changed != nil {
		r.event(object, warning, v1alpha1.Reason(changed.Reason), "Reconcile", changed.Message)
	}
	list := next.Shared().Warnings
	if len(list) > 0 && !o.deleting && object.Shared().ObservedGeneration < object.GetGeneration() {
		r.event(object, warning, v1alpha1.ReasonWarned, "Check", told(list))
	}
	return failures, nil
}

// told is all warnings in one text.
func told(list []v1alpha1.Warning) string {
	lines := make([]string, len(list))
	for i, w := range list {
		lines[i] = strings.TrimPrefix(w.Field+": "+w.Message, ": ")
	}
	return strings.Join(lines, "; ")
}

// note remembers and counts how the pass went.
func (r *Reconciler) note(object Object, o outcome) int {
	mem := r.beliefs.Of(object.GetUID())
	if o.execution.uncertain() {
		mem.Uncertain(r.Clock.Now())
	}
	r.Metrics.observe(o)
	if o.seen {
		r.hearsays.forget(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}, o.said)
	}
	if o.heldBack() != nil {
		return mem.Failures()
	}
	return mem.Failed(o.healsByTime())
}

// keepsQuiet reports whether the status stays as it is: the object was Ready, and looking at it failed in passing.
func keepsQuiet(object Object, o outcome, failures int) bool {
	return !o.seen && !o.deleting && o.healsByTime() && settledBefore(object) && failures <= quietFailures
}

// status returns a copy of the object with the status that the outcome means. It keeps what the pass learnt nothing
// about.
func (r *Reconciler) status(object Object, o outcome) Object {
	next := copyOf(object)
	now, shared := r.Clock.Now(), next.Shared()
	shared.ObservedGeneration = object.GetGeneration()
	shared.LastHandledReconcileAt = requestToken(object)
	if !o.wroteAt.IsZero() {
		t := metav1.NewTime(o.wroteAt.Truncate(time.Second))
		shared.LastAppliedTime = &t
	}
	if o.seen {
		shared.AccountID = o.scope.Identity.AccountID
	}
	shared.Plan = planStatus(o)
	shared.Warnings = warnings(o, object.SharedSpec().Checks)
	r.kind.identify(next, Seen{
		Wanted: o.want, Observed: o.observed, Known: o.seen, Refused: o.plan.Refusal != nil,
		UnderWay: o.underWay, Deleting: o.deleting,
	})
	v := judge(o, past{settled: settledBefore(object)}, r.kind.Noun, now)
	shared.Conditions = v.conditions(shared.Conditions, object.GetGeneration(), now)
	return next
}

// tell records what was done, and why.
func (r *Reconciler) tell(object Object, o outcome) {
	if o.deleting {
		return
	}
	if o.seen && r.kind.replaced(object, o.observed) {
		r.event(object, warning, v1alpha1.ReasonRoleReplaced, "Observe",
			"the role was deleted outside the controller and has a new unique id: resource policies that name it still mean "+
				"the old role")
	}
	told := r.beliefs.Of(object.GetUID()).Fresh(o.began, createdLately) // the cache may not show its unique id yet
	if o.found && !o.execution.created() && !told {
		r.event(object, normal, v1alpha1.ReasonCreated, "Create",
			"found "+r.kind.Noun+" "+o.want.Name()+", which was created before this controller could report it")
	}
	if !o.execution.wrote() {
		return
	}
	var did []string
	for _, res := range o.execution.results {
		if res.done {
			did = append(did, res.op.String())
		}
	}
	text := strings.Join(append(did, missing(o.plan.Gaps)...), "; ")
	switch {
	case o.execution.created() && !o.drift:
		r.event(object, normal, v1alpha1.ReasonCreated, "Create", text)
	case o.plan.Adopts:
		r.event(object, normal, v1alpha1.ReasonAdopted, "Adopt", text)
	case o.drift:
		r.event(object, warning, v1alpha1.ReasonDriftCorrected, "CorrectDrift",
			"AWS differed from the spec"+o.said.after()+": "+text)
	default:
		r.event(object, normal, v1alpha1.ReasonUpdated, "Update", text)
	}
}

// missing says what a plan could not keep in between.
func missing(gaps []plan.Gap) []string {
	if len(gaps) == 0 {
		return nil
	}
	what := make([]string, len(gaps))
	for i, g := range gaps {
		what[i] = g.What
	}
	return []string{"may be missing for a moment: " + strings.Join(what, ", ")}
}

// event records an event. Account ids are shortened here, where notes leave the controller.
func (e *Environment) event(object runtime.Object, kind string, reason v1alpha1.Reason, action, note string) {
	note = iam.WithoutAccounts(note)
	if len(note) > noteLimit {
		note = note[:noteLimit-len("…")] + "…"
		note = strings.ToValidUTF8(note, "")
	}
	e.Recorder.Eventf(object, nil, kind, string(reason), action, "%s", note)
}

// createdLately is for how long after a creation its event is known to have been sent.
const createdLately = time.Minute

// saidBefore is the reason of Ready that was last written. The cache may be behind it.
func (r *Reconciler) saidBefore(object Object) string {
	if said, known := r.said.Load(object.GetUID()); known {
		reason, _ := said.(string)
		return reason
	}
	return ReadyReason(object)
}

// announced returns the Ready condition when it newly says that something is wrong, which is worth an event.
func announced(before string, conditions []metav1.Condition) *metav1.Condition {
	now := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if now == nil || now.Status != metav1.ConditionFalse || before == now.Reason {
		return nil
	}
	return now
}
