// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// lookInterval is how often an object that is waited for is read. Tests shorten it.
var lookInterval = time.Second

// waiting waits until the controller has looked at objects and come to an end with them.
type waiting struct {
	reader  client.Reader
	timeout time.Duration
	token   string // the value of the annotation that asks for the look
}

// refuses says why an object cannot be waited for, or nothing.
func (w *waiting) refuses(object client.Object) string {
	if _, ok := object.(pass.Object); !ok {
		return "cannot be waited for, because its status does not say which request was the last: leave --wait out"
	}
	return ""
}

// all waits for each of the objects and reports whether all are Ready.
func (w *waiting) all(ctx context.Context, s streams, objects []client.Object) bool {
	over, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	shown := newProgress(s.err, len(objects))
	ready := true
	for _, object := range objects {
		shown.say("waiting for " + titleOf(object))
		err := w.one(ctx, over, object)
		shown.step("done")
		shown.end()
		if err != nil {
			ready = false
			fmt.Fprintf(s.err, "%s %v\n", titleOf(object), err)
			continue
		}
		fmt.Fprintf(s.out, "%s is Ready\n", titleOf(object))
	}
	return ready
}

// one waits for one object until the time is over. The error says how it is not Ready.
func (w *waiting) one(ctx, over context.Context, object client.Object) error {
	key := client.ObjectKeyFromObject(object)
	for {
		if err := w.reader.Get(ctx, key, object); err != nil {
			return fmt.Errorf("cannot be read: %w", err)
		}
		if of, ok := object.(pass.Object); ok {
			if done, err := w.ended(of); done {
				return err
			}
		}
		select {
		case <-over.Done():
			return w.late(object)
		case <-time.After(lookInterval):
		}
	}
}

// handled reports whether the controller has acted on the request.
func (w *waiting) handled(object pass.Object) bool {
	return object.Shared().LastHandledReconcileAt == w.token
}

// ended reports whether the controller is done with an object: it is Ready, or a person must act.
func (w *waiting) ended(object pass.Object) (bool, error) {
	shared := object.Shared()
	if !w.handled(object) || shared.ObservedGeneration != object.GetGeneration() {
		return false, nil
	}
	if meta.IsStatusConditionTrue(shared.Conditions, v1alpha1.ConditionReconciling) {
		return false, nil
	}
	ready := meta.FindStatusCondition(shared.Conditions, v1alpha1.ConditionReady)
	switch {
	case ready == nil || ready.Status == metav1.ConditionUnknown:
		return false, nil
	case ready.Status == metav1.ConditionFalse:
		return true, fmt.Errorf("is not Ready: %s: %s", ready.Reason, ready.Message)
	}
	return true, nil
}

// late says how an object is that took too long.
func (w *waiting) late(object client.Object) error {
	of, ok := object.(pass.Object)
	if !ok || !w.handled(of) {
		return fmt.Errorf("was not looked at within %s: is the controller running? It does not look at objects of another "+
			"installation either", w.timeout)
	}
	status := statusOf(object)
	return fmt.Errorf("is not Ready after %s: %s: %s", w.timeout, status.Reason, status.Message)
}
