// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// Drift has objects looked at whose entities differ from what they made true, or may.
type Drift struct {
	mu     sync.Mutex
	served []looker
}

// looker looks for the drift of the objects of one kind.
type looker interface {
	// shown is what snapshots show of the kind, zero for none.
	shown() snapshot.Entity
	// look queues an object behind what people wait for, and before it once it waited for an interval.
	look(request reconcile.Request, interval time.Duration)
	// lookInTurn is look at the object's own time within the interval.
	lookInTurn(request reconcile.Request, interval time.Duration)
	// heard queues the objects of an AWSAccount that an event names, and returns how many there are.
	heard(ctx context.Context, event events.Event, account *v1alpha1.AWSAccount) (int, error)
}

// serve adds a kind, once its controller has a queue.
func (d *Drift) serve(kind looker) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.served = append(d.served, kind)
}

// kinds are those that are served.
func (d *Drift) kinds() []looker {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.served
}

// look queues objects that snapshots name.
func (d *Drift) look(objects []snapshot.Object, interval time.Duration) {
	d.each(objects, func(kind looker, request reconcile.Request) { kind.look(request, interval) })
}

// lookInTurn queues objects that no snapshot watches over any more, spread over an interval.
func (d *Drift) lookInTurn(objects []snapshot.Object, interval time.Duration) {
	d.each(objects, func(kind looker, request reconcile.Request) { kind.lookInTurn(request, interval) })
}

func (d *Drift) each(objects []snapshot.Object, do func(looker, reconcile.Request)) {
	kinds := d.kinds()
	for _, object := range objects {
		for _, kind := range kinds {
			if kind.shown() == object.Entity {
				do(kind, reconcile.Request{NamespacedName: object.NamespacedName})
			}
		}
	}
}

// heard queues the objects of an AWSAccount that an event names, and returns how many there are.
func (d *Drift) heard(ctx context.Context, event events.Event, account *v1alpha1.AWSAccount) (int, error) {
	found := 0
	for _, kind := range d.kinds() {
		n, err := kind.heard(ctx, event, account)
		if err != nil {
			return 0, err
		}
		found += n
	}
	return found, nil
}
