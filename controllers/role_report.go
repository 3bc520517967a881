// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Event types.
const (
	normal  = corev1.EventTypeNormal
	warning = corev1.EventTypeWarning
)

// noteLimit is the length of an event's note; the API server refuses longer ones and cuts nothing.
const noteLimit = 1024

// report writes status and events from the outcome. It writes nothing when nothing differs.
func (r *RoleReconciler) report(ctx context.Context, role *v1alpha1.ECSRole, o outcome) error {
	failures := r.note(role, o)
	r.eventsOf(role, o)
	if keepsQuiet(role, o, failures) {
		return nil
	}
	status := roleStatus(role, o, r.Clock.Now())
	changed := announced(role, status.Conditions)
	if err := applyStatus(ctx, r.Client, role, role.Status, status); err != nil {
		return fmt.Errorf("writing the status: %w", err)
	}
	if changed != nil {
		r.event(role, warning, v1alpha1.Reason(changed.Reason), "Reconcile", changed.Message)
	}
	return nil
}

// note remembers and counts how the pass went, and returns how many in a row failed for reasons that heal by
// themselves.
func (r *Environment) note(object client.Object, o outcome) int {
	mem := r.memory.of(object.GetUID())
	if healsByTime(o.problems) {
		mem.failures++
	} else {
		mem.failures = 0
	}
	if o.execution.uncertain() {
		mem.uncertainAt = r.Clock.Now()
	}
	r.Metrics.observe(o)
	return mem.failures
}

// quietFailures is how many passes in a row may fail over a Ready role, for reasons that heal by themselves, before its
// status says so: a failed look at a role that is as declared changes nothing about it.
const quietFailures = 5

// keepsQuiet tells whether the status stays as it is: the role was Ready, and looking at it failed in passing.
func keepsQuiet(object client.Object, o outcome, failures int) bool {
	return !o.seen && !o.deleting && len(o.problems) > 0 && healsByTime(o.problems) &&
		settledBefore(object) && failures <= quietFailures
}

func healsByTime(problems []*problem) bool {
	return slices.ContainsFunc(problems, func(p *problem) bool { return p.healing == byTime })
}

// eventsOf records what was done.
func (r *RoleReconciler) eventsOf(role *v1alpha1.ECSRole, o outcome) {
	if o.deleting {
		return
	}
	if o.seen && o.observed.Role != nil && replaced(role, o) {
		r.event(role, warning, v1alpha1.ReasonRoleReplaced, "Observe",
			"the role was deleted outside the controller and has a new unique id: resource policies that name it still mean "+
				"the old role")
	}
	if !o.execution.wrote() {
		return
	}
	r.tellDone(role, o)
}

// tellDone records what was written, and why.
func (r *Environment) tellDone(object client.Object, o outcome) {
	var did []string
	for _, res := range o.execution.results {
		if res.done {
			did = append(did, res.op.String())
		}
	}
	text := strings.Join(did, "; ")
	switch {
	case created(o.execution) && !o.drift:
		r.event(object, normal, v1alpha1.ReasonCreated, "Create", text)
	case o.plan.Adopts:
		r.event(object, normal, v1alpha1.ReasonAdopted, "Adopt", text)
	case o.drift:
		r.event(object, warning, v1alpha1.ReasonDriftCorrected, "CorrectDrift", "AWS differed from the spec: "+text)
	default:
		r.event(object, normal, v1alpha1.ReasonUpdated, "Update", text)
	}
}

// replaced tells whether the role has another unique id than the status remembers.
func replaced(role *v1alpha1.ECSRole, o outcome) bool {
	known := role.Status.RoleID
	return known != "" && o.observed.Role.ID != "" && o.observed.Role.ID != known
}

func (r *Environment) event(object runtime.Object, kind string, reason v1alpha1.Reason, action, note string) {
	if len(note) > noteLimit {
		note = note[:noteLimit-len("…")] + "…"
		note = strings.ToValidUTF8(note, "")
	}
	r.Recorder.Eventf(object, nil, kind, string(reason), action, "%s", note)
}

// Intervals of looking again.
const (
	// slowRetry is for what a person must change in AWS, of which no event tells.
	slowRetry = 5 * time.Minute
	// firstRetry and lastRetry bound the back-off for what heals by itself.
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
)

// next returns when to look again; zero means not before something changes.
func (r *Environment) next(object client.Object, o outcome) time.Duration {
	if len(o.problems) == 0 {
		if wait := o.propagateUntil.Sub(r.Clock.Now()); wait > 0 {
			return wait
		}
		return r.jittered(resync(o.account))
	}
	shortest := time.Duration(math.MaxInt64)
	for _, p := range o.problems {
		if wait := r.wait(object, o, p); wait > 0 {
			shortest = min(shortest, wait)
		}
	}
	if shortest == math.MaxInt64 {
		return 0
	}
	return shortest
}

func (r *Environment) wait(object client.Object, o outcome, p *problem) time.Duration {
	switch {
	case p.healing == byTime:
		return max(p.after, r.jittered(backoff(r.memory.of(object.GetUID()).failures)))
	case p.healing == byPerson && p.after > 0:
		return p.after
	case p.healing == byPerson:
		return r.jittered(slowRetry)
	case p.reason == v1alpha1.ReasonInvalidSpec:
		return 0
	default:
		return r.jittered(resync(o.account))
	}
}

// backoff doubles from firstRetry to lastRetry.
func backoff(failures int) time.Duration {
	d := firstRetry
	for range min(max(failures-1, 0), 20) {
		d = min(2*d, lastRetry)
	}
	return d
}

// resync is how often drift is looked for.
func resync(account *v1alpha1.AWSAccount) time.Duration {
	if account == nil || account.Spec.ResyncIntervalSeconds == 0 {
		return 10 * time.Minute
	}
	return time.Duration(account.Spec.ResyncIntervalSeconds) * time.Second
}

// jittered adds up to a tenth, so that objects do not fall due together.
func (r *Environment) jittered(d time.Duration) time.Duration {
	return d + time.Duration(r.Jitter()*float64(d)/10)
}

// contestedNow tells whether the plan withholds a contested field.
func contestedNow(p plan.Plan) bool {
	return slices.ContainsFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonContested })
}
