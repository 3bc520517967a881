// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package leader is leader election among all installations of one name in a cluster. Each has a lease in its own
// namespace, which its replicas share, and takes it only while no other namespace has a lease of that name which is
// held. So two installations that were given one name by mistake never work on an AWSAccount at the same time.
package leader

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// Lock is the lock of an installation's own lease for a LeaderElector. Its methods are called one after another, as an
// elector does; Problem may be called at any time.
//
// It is safe by this order: an installation takes its lease first and looks for other leases afterwards, and gives its
// own back if there is one. Of two that take theirs, the second one to look sees the other's.
type Lock struct {
	// Interface is the lease of this installation.
	resourcelock.Interface
	// Rivals are the other installations of this name.
	Rivals *Rivals
	Log    logr.Logger

	held bool // whether the lease was taken and no other was held then

	mu      sync.Mutex
	problem error
}

// Get returns the lease of this installation. Where it is free and another installation works, it returns that one's,
// so that the elector waits as it does for another replica.
func (l *Lock) Get(ctx context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	record, raw, err := l.Interface.Get(ctx)
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, nil, fmt.Errorf("reading the lease: %w", err)
	}
	if err == nil && record.HolderIdentity != "" {
		if record.HolderIdentity != l.Identity() {
			l.report(nil) // another replica of this installation works
		}
		return record, raw, nil
	}
	var working *WorkingError
	switch problem := l.look(ctx); {
	case errors.As(problem, &working):
		return &working.record, working.raw(), nil
	case problem != nil:
		return nil, nil, problem
	}
	return record, raw, err //nolint:wrapcheck // the elector creates the lease when it is not found
}

// Create makes the lease, held by this replica.
func (l *Lock) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if err := l.Interface.Create(ctx, record); err != nil {
		return fmt.Errorf("creating the lease: %w", err)
	}
	return l.confirm(ctx, record)
}

// Update takes the lease, renews it, or gives it back.
func (l *Lock) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if err := l.Interface.Update(ctx, record); err != nil {
		return err //nolint:wrapcheck // the elector tells conflicts from other errors
	}
	if record.HolderIdentity != l.Identity() {
		l.held = false
		return nil
	}
	if l.held {
		return nil
	}
	return l.confirm(ctx, record)
}

// confirm keeps the lease that was just taken, or gives it back because another installation works.
func (l *Lock) confirm(ctx context.Context, taken resourcelock.LeaderElectionRecord) error {
	problem := l.look(ctx)
	if problem == nil {
		l.held = true
		return nil
	}
	released := resourcelock.LeaderElectionRecord{
		LeaderTransitions: taken.LeaderTransitions, LeaseDurationSeconds: 1,
		RenewTime: taken.RenewTime, AcquireTime: taken.AcquireTime,
	}
	if err := l.Interface.Update(ctx, released); err != nil {
		return fmt.Errorf("%w; giving the lease back failed: %w", problem, err)
	}
	return problem
}

func (l *Lock) look(ctx context.Context) error {
	problem := l.Rivals.working(ctx)
	l.report(problem)
	return problem
}

func (l *Lock) report(problem error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if working := (*WorkingError)(nil); l.problem == nil && errors.As(problem, &working) {
		l.Log.Error(problem, "waiting for another installation to end")
	}
	l.problem = problem
}

// Problem says why this installation may not work, and is nil where it works or one of its replicas does.
func (l *Lock) Problem() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.problem
}
