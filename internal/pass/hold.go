// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"

	ctrl "sigs.k8s.io/controller-runtime"
)

// heldBack is the problem of a pass that the rate limit held back before it changed anything, or nil.
func (o outcome) heldBack() *Problem {
	at := slices.IndexFunc(o.problems, func(p *Problem) bool { return p.held })
	if at < 0 || o.execution.wrote() {
		return nil
	}
	return o.problems[at]
}

// hold has a pass that was held back come again, and reports whether it was. That is no failure, from which a longer
// back-off would follow. What nobody waits for is raised once it was held back for an interval.
func (r *Reconciler) hold(req ctrl.Request, o outcome, urgent bool) (ctrl.Result, bool) {
	p, now := o.heldBack(), r.Clock.Now()
	if p == nil {
		r.holds.end(req)
		return ctrl.Result{}, false
	}
	since, priority, raise := r.holds.begin(req, now), priorityDrift, now
	if urgent {
		priority = priorityChange
	} else {
		raise = since.Add(resync(o.scope.Account))
	}
	r.overdue.expect(req, raise)
	r.waits.due(req, priority, now.Add(p.after))
	return ctrl.Result{RequeueAfter: p.after, Priority: &priority}, true
}
