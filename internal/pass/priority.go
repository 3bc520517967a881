// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"slices"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// underChange reports whether a user waits for the object: its spec was not looked at yet or not brought about, or it
// is being deleted.
func underChange(object Object) bool {
	seen := object.Shared().ObservedGeneration == object.GetGeneration()
	return !seen || !object.GetDeletionTimestamp().IsZero() || forcedPass(object) ||
		slices.Contains(underWay, v1alpha1.Reason(ReadyReason(object)))
}

// underWay are the reasons of objects that are being brought to what they declare.
var underWay = []v1alpha1.Reason{
	"", v1alpha1.ReasonPending, v1alpha1.ReasonProgressing, v1alpha1.ReasonPropagating, v1alpha1.ReasonThrottled,
}

// priority is that of the next pass over an object that a pass just ended with an outcome.
func (o outcome) priority(urgent bool, now time.Time) int {
	switch {
	case len(o.problems) == 0 && o.propagateUntil.After(now):
		return priorityWindow
	case len(o.problems) == 0:
		return priorityDrift
	case urgent && o.healsByTime():
		return priorityChange
	}
	return priorityDrift
}

// ownEvents puts the objects of the kind itself into the queue by what happened to them: the queue's own handlers know
// neither a deletion nor a generation that was not looked at.
type ownEvents struct{ *Reconciler }

var _ handler.EventHandler = ownEvents{}

// Create implements handler.EventHandler. Most objects of a list at the start are as they were.
func (r ownEvents) Create(_ context.Context, e event.CreateEvent, q queue) {
	r.enqueueOwn(e.Object, q, false)
}

// Update implements handler.EventHandler. Only what concerns a pass gets here.
func (r ownEvents) Update(_ context.Context, e event.UpdateEvent, q queue) {
	r.enqueueOwn(e.ObjectNew, q, true)
}

// Delete implements handler.EventHandler.
func (r ownEvents) Delete(_ context.Context, e event.DeleteEvent, q queue) {
	r.enqueueOwn(e.Object, q, true)
}

// Generic implements handler.EventHandler.
func (r ownEvents) Generic(_ context.Context, e event.GenericEvent, q queue) {
	r.enqueueOwn(e.Object, q, false)
}

func (r ownEvents) enqueueOwn(o client.Object, q queue, changed bool) {
	priority := priorityDrift
	if object, ok := o.(Object); !ok || changed || underChange(object) {
		priority = priorityChange
	}
	request := reconcile.Request{NamespacedName: client.ObjectKeyFromObject(o)}
	r.waits.due(request, priority, r.Clock.Now())
	enqueue(q, priority, request)
}

// raising is how often objects that wait are looked through.
const raising = time.Minute

// raiseOverdue raises what waits too long, and drops beliefs that are over, until the context ends.
func (r *Reconciler) raiseOverdue(ctx context.Context, q queue) {
	every(ctx, raising, func() {
		r.beliefs.Sweep(r.Clock.Now())
		enqueue(q, priorityChange, r.overdue.waiting(r.Clock.Now())...)
	})
}

// every does something at intervals until the context ends.
func every(ctx context.Context, interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do()
		}
	}
}

// again is when the next pass is due, and before which others it goes.
func (r *Reconciler) again(req ctrl.Request, o outcome, after time.Duration, urgent bool) ctrl.Result {
	now := r.Clock.Now()
	priority := o.priority(urgent, now)
	switch {
	case priority == priorityChange: // what is urgent stays so until it is done
		r.overdue.expect(req, now)
	case priority == priorityDrift && after > 0:
		r.overdue.expect(req, now.Add(2*after))
	}
	if after > 0 {
		r.waits.due(req, priority, now.Add(after))
	}
	return ctrl.Result{RequeueAfter: after, Priority: &priority}
}
