// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// holdPatience is how long the rate limit may hold back the passes over an object before its status says so: many new
// objects are all held back for a while, and nothing is wrong with any of them.
const holdPatience = time.Minute

// holds remembers since when the rate limit holds back the passes over objects. The zero value is ready.
type holds struct {
	mu    sync.Mutex
	since map[reconcile.Request]time.Time
}

// begin says that a pass was held back, and returns since when they are.
func (h *holds) begin(request reconcile.Request, now time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.since == nil {
		h.since = map[reconcile.Request]time.Time{}
	}
	if _, held := h.since[request]; !held {
		h.since[request] = now
	}
	return h.since[request]
}

// end says that a pass was not held back, or that the object is gone.
func (h *holds) end(request reconcile.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.since, request)
}

// held reports whether the last pass was held back, and since when they are.
func (h *holds) held(request reconcile.Request) (since time.Time, held bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	since, held = h.since[request]
	return since, held
}

// long reports whether passes were held back for so long that the status has to say so.
func (h *holds) long(request reconcile.Request, now time.Time) bool {
	since, held := h.held(request)
	return held && now.Sub(since) >= holdPatience
}
