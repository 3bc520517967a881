// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// What everybody who calls the simulator uses. It checks no secret, and every access key is one of its one account.
const (
	accountID     = "111122223333"
	region        = "eu-west-1"
	controllerKey = "test"
	secretKey     = "simulated"
)

// system is all that runs on this machine.
type system struct {
	*console
	options

	files   files
	sim     *iamsim.Sim
	kube    client.Client
	cleanup []func() error // in the order of starting
}

// withSystem starts the system, does the work and stops the system, whatever happens. The context that the work gets
// ends when the controller dies, too.
func withSystem(
	ctx context.Context, out *console, o options, command string, work func(context.Context, *system) error,
) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &system{console: out, options: o}
	err := s.start(ctx, cancel, command)
	if err == nil {
		err = work(ctx, s)
	}
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, s.stop())
}

func (s *system) start(ctx context.Context, died context.CancelCauseFunc, command string) (err error) {
	if s.files, err = filesOf(s.root, command); err != nil {
		return err
	}
	release, err := s.files.acquire()
	if err != nil {
		return err
	}
	s.stopLater(func() error { release(); return nil })
	s.heading("Starting the local environment")
	for _, part := range []struct {
		name  string
		start func(context.Context, func(string, ...any)) (string, error)
	}{
		{"build", s.build},
		{"control plane", s.startControlPlane},
		{"IAM", s.startSimulator},
		{"controller", func(ctx context.Context, say func(string, ...any)) (string, error) {
			return s.startManager(ctx, say, died)
		}},
	} {
		err := s.step(part.name, func(say func(string, ...any)) (string, error) { return part.start(ctx, say) })
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

func (s *system) build(ctx context.Context, say func(string, ...any)) (string, error) {
	began := time.Now()
	say("compiling cmd/manager; a first time takes a few minutes")
	if err := buildManager(ctx, s.root, s.files.manager); err != nil {
		return "", err
	}
	return fmt.Sprintf("bin/manager (%.1f s)", time.Since(began).Seconds()), nil
}

func (s *system) startControlPlane(ctx context.Context, say func(string, ...any)) (string, error) {
	began := time.Now()
	say("starting etcd and kube-apiserver")
	plane, err := startControlPlane(ctx, s.root, s.files)
	if err != nil {
		return "", err
	}
	s.stopLater(plane.stop)
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, eventsv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return "", fmt.Errorf("registering kinds: %w", err)
		}
	}
	if s.kube, err = client.New(plane.config(), client.Options{Scheme: scheme}); err != nil {
		return "", fmt.Errorf("making a client: %w", err)
	}
	return fmt.Sprintf("%s (%.1f s)", plane.config().Host, time.Since(began).Seconds()), nil
}

func (s *system) startSimulator(ctx context.Context, _ func(string, ...any)) (string, error) {
	s.sim = iamsim.New(iamsim.Options{AccountID: accountID, CallLogLimit: 100_000}).Start()
	s.stopLater(func() error { s.sim.Close(); return nil })
	if err := addPeople(ctx, s.sim.URL()); err != nil {
		return "", err
	}
	s.sim.ResetCalls()
	return fmt.Sprintf("%s, account %s", s.sim.URL(), accountID), nil
}

func (s *system) startManager(
	ctx context.Context, say func(string, ...any), died context.CancelCauseFunc,
) (string, error) {
	log := s.files.shown(s.files.managerLog)
	say("starting, log in %s", log)
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf(
		"the controller was not ready after %s; see %s", s.timeout, log))
	defer cancel()
	m, err := startManager(ctx, s.files, s.sim.URL(), died)
	if err != nil {
		return "", err
	}
	s.stopLater(func() error { m.stop(); return nil })
	return "ready, log in " + log, nil
}

func (s *system) stopLater(stop func() error) { s.cleanup = append(s.cleanup, stop) }

// stop stops what was started, the last one first.
func (s *system) stop() error {
	if len(s.cleanup) <= 1 {
		return s.cleanUp()
	}
	s.printf("\n")
	return s.step("stopping", func(say func(string, ...any)) (string, error) {
		say("controller, IAM, control plane")
		return "everything is stopped", s.cleanUp()
	})
}

func (s *system) cleanUp() error {
	var errs []error
	for len(s.cleanup) > 0 {
		last := len(s.cleanup) - 1
		errs = append(errs, s.cleanup[last]())
		s.cleanup = s.cleanup[:last]
	}
	return errors.Join(errs...)
}
