// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"testing"

	"github.com/go-logr/logr/funcr"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
)

// refusing is an API server that refuses every event.
type refusing struct {
	events.EventSink
	err error
}

func (r refusing) Create(context.Context, *eventsv1.Event) (*eventsv1.Event, error) {
	return nil, r.err
}

// terminating is what the API server answers when an object is created in a namespace that is being deleted.
func terminating() error {
	err := apierrors.NewForbidden(schema.GroupResource{Group: eventsv1.GroupName, Resource: "events"}, "checkout.1",
		errors.New("unable to create new content in namespace payments because it is being terminated"))
	err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{
		Type: corev1.NamespaceTerminatingCause, Field: "metadata.namespace",
		Message: "namespace payments is being terminated",
	})
	return err
}

func event() *eventsv1.Event {
	return &eventsv1.Event{ObjectMeta: metav1.ObjectMeta{Name: "checkout.1", Namespace: "payments"}, Reason: "Deleted"}
}

// The broadcaster logs an error for each event whose recording fails, and for no other.
func TestEventsOfANamespaceThatIsBeingDeletedAreNoErrors(t *testing.T) {
	gone := apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "payments")
	for name, answer := range map[string]error{"terminating": terminating(), "gone": gone} {
		var lines []string
		logger := funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
		sink := withoutTerminating{refusing{err: answer}}
		recorded, err := sink.Create(ctrl.LoggerInto(t.Context(), logger), event())
		if err != nil || recorded == nil {
			t.Errorf("%s: got event %v and error %v", name, recorded, err)
		}
		if len(lines) > 0 {
			t.Errorf("%s: logged at the default level: %q", name, lines)
		}
	}
}

func TestAnEventThatIsRefusedForAnotherReasonIsAnError(t *testing.T) {
	refused := apierrors.NewForbidden(schema.GroupResource{Group: eventsv1.GroupName, Resource: "events"}, "checkout.1",
		errors.New("cannot create resource events"))
	for _, answer := range []error{refused, errors.New("connection refused")} {
		if _, err := (withoutTerminating{refusing{err: answer}}).Create(t.Context(), event()); !errors.Is(err, answer) {
			t.Errorf("got error %v, want %v", err, answer)
		}
	}
}
