// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"

	clientevents "k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// Environment is what the reconcilers of all kinds work with.
type Environment struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// APIReader reads from the API server.
	APIReader client.Reader
	// Accounts gives access to AWS.
	Accounts iam.Accounts
	// Recorder records events.
	Recorder clientevents.EventRecorder
	// Clock is the time.
	Clock clock.PassiveClock
	// ClusterID is the first part of owner tags.
	ClusterID string
	// ControllerName is the name of this installation, by which AWSAccounts select it; empty for the default one.
	ControllerName v1alpha1.ControllerName
	// Namespaces are those whose objects this installation looks at; empty for all.
	Namespaces []string
	// Region is the value of {region} where an AWSAccount sets none.
	Region string
	// Jitter returns a number in [0,1), by which resyncs are spread.
	Jitter func() float64
	// Snapshots watch over the roles of accounts; nil means that each object looks for its own drift. Drift is how they
	// have objects looked at.
	Snapshots *snapshot.Snapshots
	Drift     *Drift
	// Events are those of accounts that tell at once what others change; nil listens to none.
	Events *events.Listener
	// Metrics counts what was done; nil counts nothing.
	Metrics *Metrics
	// Changes keeps a line of each call that writes to AWS; nil keeps none.
	Changes ChangeLog
}

// ChangeLog takes the lines of the change log.
type ChangeLog interface {
	// Append returns when the line is kept.
	Append(entry changelog.Entry) error
}

func (e *Environment) addFinalizer(ctx context.Context, object client.Object) error {
	before := copyOf(object)
	if !controllerutil.AddFinalizer(object, v1alpha1.Finalizer) {
		return nil
	}
	if err := e.patchMetadata(ctx, object, before); err != nil {
		return fmt.Errorf("adding the finalizer: %w", err)
	}
	return nil
}

func (e *Environment) removeFinalizer(ctx context.Context, object client.Object) error {
	before := copyOf(object)
	if !controllerutil.RemoveFinalizer(object, v1alpha1.Finalizer) {
		return nil
	}
	if err := client.IgnoreNotFound(e.patchMetadata(ctx, object, before)); err != nil {
		return fmt.Errorf("removing the finalizer: %w", err)
	}
	return nil
}

func (e *Environment) patchMetadata(ctx context.Context, object, before client.Object) error {
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	//nolint:wrapcheck // callers say what for
	return e.Client.Patch(ctx, object, patch, client.FieldOwner(v1alpha1.FieldOwner))
}

func copyOf[O client.Object](object O) O {
	duplicate, _ := object.DeepCopyObject().(O)
	return duplicate
}
