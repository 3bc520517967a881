// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// waits remembers since when passes are due, and what for. The zero value is ready.
type waits struct {
	mu  sync.Mutex
	all map[reconcile.Request]wait
}

type wait struct {
	since    time.Time
	priority int
}

// due says that a pass is due from a time on. One that is due for more than one reason waits since the first of them,
// for the most urgent.
func (w *waits) due(request reconcile.Request, priority int, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[reconcile.Request]wait{}
	}
	if known, waits := w.all[request]; waits && known.since.Before(since) {
		since, priority = known.since, max(known.priority, priority)
	}
	w.all[request] = wait{since, priority}
}

// over says that a pass begins, and returns since when it was due and what for.
func (w *waits) over(request reconcile.Request) (since time.Time, priority int, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	waited, known := w.all[request]
	delete(w.all, request)
	return waited.since, waited.priority, known
}
