// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Drift has objects looked at whose entities differ from what they made true.
type Drift struct {
	mu    sync.Mutex
	queue queue
	// what their reconciler knows of its queue
	clock   clock.PassiveClock
	overdue *overdue
	waits   *waits
}

// serve gives the queue of the objects, once their controller has one.
func (d *Drift) serve(q queue, now clock.PassiveClock, overdue *overdue, waits *waits) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue, d.clock, d.overdue, d.waits = q, now, overdue, waits
}

// look queues objects behind what people wait for, and before it once they waited for an interval.
func (d *Drift) look(objects []types.NamespacedName, interval time.Duration) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.queue == nil {
		return
	}
	for _, object := range objects {
		request := reconcile.Request{NamespacedName: object}
		now := d.clock.Now()
		d.overdue.expectBy(request, now.Add(interval))
		d.waits.due(request, priorityDrift, now)
		enqueue(d.queue, priorityDrift, request)
	}
}
