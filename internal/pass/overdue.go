// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// overdue remembers from when on objects go before others, because they waited for an interval behind them: nothing
// ages in the queue itself.
type overdue struct {
	mu    sync.Mutex
	raise map[reconcile.Request]time.Time
}

// expect says that an object is to be looked at again, and from when on before others.
func (d *overdue) expect(request reconcile.Request, raise time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.set(request, raise)
}

// expectBy is expect, except that what is expected earlier stays so: each snapshot names an object that waits anew.
func (d *overdue) expectBy(request reconcile.Request, raise time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if earlier, known := d.raise[request]; !known || raise.Before(earlier) {
		d.set(request, raise)
	}
}

// set has the lock of its caller.
func (d *overdue) set(request reconcile.Request, raise time.Time) {
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
