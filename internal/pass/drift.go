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
	// overdue and clock are those of the objects' reconciler.
	overdue *overdue
	clock   clock.PassiveClock
}

// serve gives the queue of the objects, once their controller has one.
func (d *Drift) serve(q queue, waiting *overdue, now clock.PassiveClock) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue, d.overdue, d.clock = q, waiting, now
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
		d.overdue.expect(request, d.clock.Now().Add(interval))
		enqueue(d.queue, priorityDrift, request)
	}
}
