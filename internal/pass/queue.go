// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
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

type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// enqueueAfter is enqueue after some time.
func enqueueAfter(q queue, priority int, after time.Duration, request reconcile.Request) {
	if byPriority, ok := q.(priorityqueue.PriorityQueue[reconcile.Request]); ok {
		byPriority.AddWithOpts(priorityqueue.AddOpts{Priority: &priority, After: after}, request)
		return
	}
	q.AddAfter(request, after)
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
