// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Priorities in the queue, which gives the highest first. Events of other objects, such as references and accounts,
// arrive at 0.
const (
	// priorityWindow is that of a pass which ends a propagation window: it needs no call, and Ready waits for it.
	priorityWindow = 20
	// priorityChange is that of a change of a user's, deletions among them.
	priorityChange = 10
	// priorityDrift is that of a look at an object which is as declared.
	priorityDrift = handler.LowPriority
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
type ownEvents struct{}

var _ handler.EventHandler = ownEvents{}

type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// Create implements handler.EventHandler. Most objects of a list at the start are as they were.
func (ownEvents) Create(_ context.Context, e event.CreateEvent, q queue) {
	enqueueOwn(e.Object, q, false)
}

// Update implements handler.EventHandler. Only what concerns a pass gets here.
func (ownEvents) Update(_ context.Context, e event.UpdateEvent, q queue) {
	enqueueOwn(e.ObjectNew, q, true)
}

// Delete implements handler.EventHandler.
func (ownEvents) Delete(_ context.Context, e event.DeleteEvent, q queue) {
	enqueueOwn(e.Object, q, true)
}

// Generic implements handler.EventHandler.
func (ownEvents) Generic(_ context.Context, e event.GenericEvent, q queue) {
	enqueueOwn(e.Object, q, false)
}

func enqueueOwn(o client.Object, q queue, changed bool) {
	priority := priorityDrift
	if object, ok := o.(Object); !ok || changed || underChange(object) {
		priority = priorityChange
	}
	enqueue(q, priority, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(o)})
}

func enqueue(q queue, priority int, requests ...reconcile.Request) {
	if byPriority, ok := q.(priorityqueue.PriorityQueue[reconcile.Request]); ok {
		byPriority.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, requests...)
		return
	}
	for _, request := range requests {
		q.Add(request)
	}
}

// overdue remembers from when on objects go before others, because they waited for an interval behind them: nothing
// ages in the queue itself.
type overdue struct {
	mu    sync.Mutex
	raise map[reconcile.Request]time.Time
}

// raising is how often objects that wait are looked through.
const raising = time.Minute

// expect says that an object is to be looked at again, and from when on before others.
func (d *overdue) expect(request reconcile.Request, raise time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.raise == nil {
		d.raise = map[reconcile.Request]time.Time{}
	}
	d.raise[request] = raise
}

// arrived says that a pass over an object begins, and reports whether it waited too long.
func (d *overdue) arrived(request reconcile.Request, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	raise, known := d.raise[request]
	delete(d.raise, request)
	return known && !now.Before(raise)
}

// waiting are the objects that wait too long.
func (d *overdue) waiting(now time.Time) []reconcile.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	var requests []reconcile.Request
	for request, raise := range d.raise {
		if !now.Before(raise) {
			requests = append(requests, request)
		}
	}
	return requests
}

// raiseOverdue raises what waits too long, until the context ends.
func (r *Reconciler) raiseOverdue(ctx context.Context, q queue) {
	ticker := time.NewTicker(raising)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			enqueue(q, priorityChange, r.overdue.waiting(r.Clock.Now())...)
		}
	}
}
