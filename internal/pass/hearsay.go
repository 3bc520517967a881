// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
)

// hearsays remembers what events say of objects until a pass has looked at them. The zero value is ready.
type hearsays struct {
	mu   sync.Mutex
	all  map[reconcile.Request]hearsay
	last int
}

// hearsay is what events say of one object. Its zero value is that there were none.
type hearsay struct {
	// number tells it from what is said later.
	number int
	// calls are the actions, the first ones; by, from and at are those of the last.
	calls        []string
	by, from, at string
}

// mostTold is how many calls are named.
const mostTold = 3

// note remembers an event.
func (t *hearsays) note(request reconcile.Request, event events.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[reconcile.Request]hearsay{}
	}
	t.last++
	said := t.all[request]
	said.number, said.by, said.from, said.at = t.last, event.By, event.From, event.At
	if len(said.calls) < mostTold && !slices.Contains(said.calls, event.Call) {
		said.calls = append(slices.Clone(said.calls), event.Call)
	}
	t.all[request] = said
}

// of is what is said of an object.
func (t *hearsays) of(request reconcile.Request) hearsay {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[request]
}

// forget drops what was said, unless more was said.
func (t *hearsays) forget(request reconcile.Request, said hearsay) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all[request].number == said.number {
		delete(t.all, request)
	}
}

// any reports whether there was an event.
func (h hearsay) any() bool { return h.number > 0 }

// after is the end of a sentence about drift. Who made the calls stays out: tenants read it.
func (h hearsay) after() string {
	if !h.any() {
		return ""
	}
	return " after " + strings.Join(h.calls, ", ")
}

// into puts who made the calls, and from where, into a line of the change log.
func (h hearsay) into(entry *changelog.Entry) {
	if h.any() {
		entry.DriftCalls, entry.DriftBy = strings.Join(h.calls, ","), iam.WithoutAccounts(h.by)
		entry.DriftFrom, entry.DriftAt = h.from, h.at
	}
}
