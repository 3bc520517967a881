// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// looking is the reconciler of a kind with its queue.
type looking struct {
	*Reconciler

	queue queue
}

var _ looker = looking{}

func (l looking) shown() snapshot.Entity { return l.kind.Shown }

func (l looking) look(request reconcile.Request, interval time.Duration) {
	now := l.Clock.Now()
	l.overdue.expectBy(request, now.Add(interval))
	l.waits.due(request, priorityDrift, now)
	enqueue(l.queue, priorityDrift, request)
}

func (l looking) lookInTurn(request reconcile.Request, interval time.Duration) {
	now := l.Clock.Now()
	after := inTurn(request, now, interval)
	l.overdue.expectBy(request, now.Add(after+interval))
	l.waits.due(request, priorityDrift, now.Add(after))
	enqueueAfter(l.queue, priorityDrift, after, request)
}

func (l looking) heard(ctx context.Context, event events.Event, account *v1alpha1.AWSAccount) (int, error) {
	n := 0
	for _, name := range namesIn(event) {
		objects, err := l.asking(ctx, name, account)
		if err != nil {
			return n, err
		}
		for _, object := range objects {
			if object.SharedSpec().AccountName == account.Name {
				request := reconcile.Request{NamespacedName: client.ObjectKeyFromObject(object)}
				l.hearsays.note(request, event)
				l.look(request, resync(account))
				n++
			}
		}
	}
	return n, nil
}

// asking are the objects of the kind that may ask for a name in an AWS account, whichever AWSAccount they name.
func (l looking) asking(ctx context.Context, name guardrail.Name, account *v1alpha1.AWSAccount) ([]Object, error) {
	var objects []Object
	err := eachAskingFor(ctx, &l.Environment, name, account, l.kind.newList, func(list client.ObjectList) error {
		objects = append(objects, l.kind.items(list)...)
		return nil
	}, client.UnsafeDisableDeepCopy)
	return objects, err
}

// namesIn are the names in IAM that an event is about.
func namesIn(event events.Event) []guardrail.Name {
	var names []guardrail.Name
	for entity, value := range map[guardrail.Entity]string{
		guardrail.EntityRole: event.Role, guardrail.EntityPolicy: event.Policy, guardrail.EntityProfile: event.Profile,
	} {
		if value != "" {
			names = append(names, guardrail.Name{Entity: entity, Value: value})
		}
	}
	return names
}
