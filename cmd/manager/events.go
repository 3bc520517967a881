// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	eventsclient "k8s.io/client-go/kubernetes/typed/events/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// newRecorder records events as the manager's own recorder does, except for namespaces that are being deleted. The
// context ends the recording.
func newRecorder(ctx context.Context, mgr ctrl.Manager) (events.EventRecorder, error) {
	client, err := eventsclient.NewForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return nil, fmt.Errorf("creating a client for events: %w", err)
	}
	broadcaster := events.NewBroadcaster(withoutTerminating{&events.EventSinkImpl{Interface: client}})
	logger := mgr.GetLogger().WithName("events")
	if err := broadcaster.StartRecordingToSinkWithContext(ctrl.LoggerInto(ctx, logger)); err != nil {
		return nil, fmt.Errorf("starting to record events: %w", err)
	}
	if _, err := broadcaster.StartLogging(logger.V(1)); err != nil {
		return nil, fmt.Errorf("starting to log events: %w", err)
	}
	context.AfterFunc(ctx, broadcaster.Shutdown)
	return broadcaster.NewRecorder(mgr.GetScheme(), v1alpha1.FieldOwner), nil
}

// withoutTerminating takes an event that the API server refuses because its namespace is being deleted, or is gone, for
// recorded. Kubernetes takes no new objects there, so each event of the last objects in it would be an error in the log
// that says nothing which anyone could act on.
type withoutTerminating struct{ events.EventSink }

// Create records an event.
func (s withoutTerminating) Create(ctx context.Context, event *eventsv1.Event) (*eventsv1.Event, error) {
	created, err := s.EventSink.Create(ctx, event)
	terminating := apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause)
	if terminating || apierrors.IsNotFound(err) {
		ctrl.LoggerFrom(ctx).V(1).Info("event is dropped, its namespace is being deleted",
			"namespace", event.Namespace, "reason", event.Reason, "object", event.Regarding.Name)
		return event, nil
	}
	return created, err //nolint:wrapcheck // the broadcaster decides by its type whether to repeat the call
}
