// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"testing"
	"time"

	"k8s.io/client-go/util/workqueue"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

func TestDriftThatWaitsForAnIntervalGoesBeforeOthers(t *testing.T) {
	const interval = 10 * time.Minute
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	r := New(Environment{Clock: clock}, plainKind{})
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
	defer q.ShutDown()
	drift := &Drift{}
	r.kind.Shown, r.kind.InBulk = snapshot.Role, func(Wanted) InBulk { return nil }
	drift.serve(looking{r, q})
	drift.look([]snapshot.Object{{Entity: snapshot.Role, NamespacedName: heldRequest.NamespacedName}}, interval)

	clock.SetTime(clock.Now().Add(interval - time.Second))
	drift.look([]snapshot.Object{{Entity: snapshot.Role, NamespacedName: heldRequest.NamespacedName}}, interval) // the next snapshot names it again
	if got := r.overdue.waiting(clock.Now()); len(got) > 0 {
		t.Errorf("%v is raised before an interval is over", got)
	}
	clock.SetTime(clock.Now().Add(time.Second))
	if got := r.overdue.waiting(clock.Now()); !slices.Equal(got, []reconcile.Request{heldRequest}) {
		t.Errorf("after an interval %v is raised, want the object whose drift was found", got)
	}
	if !r.overdue.arrived(heldRequest, clock.Now()) {
		t.Error("its pass is not urgent")
	}
	if got := r.overdue.waiting(clock.Now()); len(got) > 0 {
		t.Errorf("%v is raised again although its pass began", got)
	}
}
