// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package environment runs the whole system on one machine: a Kubernetes control plane, a simulated IAM and the
// controller as it is deployed. Ports are free ones; files are in bin/ of the clone; nothing else is touched.
package environment

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// What everybody who calls the simulator uses. It checks no secret, and every access key but an account id is one of
// its first account.
const (
	// AccountID is the account of the controller's own credentials.
	AccountID = "111122223333"
	// ControllerKey is the access key of the controller, which sets its calls apart in the log of calls.
	ControllerKey = "test"

	region    = "eu-west-1"
	secretKey = "simulated"
)

// Options are what the commands have in common.
type Options struct {
	Root    string        // of the repository
	Timeout time.Duration // how long objects may take to become Ready, to be repaired and to be deleted
}

// Environment is all that runs on this machine.
type Environment struct {
	*console.Console
	Options

	Sim  *iamsim.Sim
	Kube client.Client // of an administrator

	// Metrics is where the controller serves its metrics, to anyone on this machine.
	Metrics string

	files   files
	cleanup []func() error // in the order of starting
}

// With starts the system for a command, does the work and stops the system, whatever happens. The context that the work
// gets ends when the controller dies, too. The command names the files in bin/, so that run and demo can be up at once.
func With(
	ctx context.Context, out *console.Console, o Options, command string, work func(context.Context, *Environment) error,
) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e := &Environment{Console: out, Options: o}
	err := e.start(ctx, cancel, command)
	if err == nil {
		err = work(ctx, e)
	}
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, e.stop())
}

func (e *Environment) start(ctx context.Context, died context.CancelCauseFunc, command string) (err error) {
	if e.files, err = filesOf(e.Root, command); err != nil {
		return err
	}
	release, err := e.files.acquire()
	if err != nil {
		return err
	}
	e.stopLater(func() error { release(); return nil })
	e.Heading("Starting the local environment")
	for _, part := range []struct {
		name  string
		start func(context.Context, console.Say) (string, error)
	}{
		{"build", e.build},
		{"control plane", e.startControlPlane},
		{"IAM", e.startSimulator},
		{"controller", func(ctx context.Context, say console.Say) (string, error) {
			return e.startManager(ctx, say, died)
		}},
	} {
		err := e.Step(part.name, func(say console.Say) (string, error) { return part.start(ctx, say) })
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

func (e *Environment) build(ctx context.Context, say console.Say) (string, error) {
	began := time.Now()
	say("compiling the controller and kubectl's plugin; a first time takes a few minutes")
	if err := buildPrograms(ctx, e.Root, filepath.Dir(e.files.manager)); err != nil {
		return "", err
	}
	return fmt.Sprintf("bin/manager and bin/kubectl-ecsiam (%.1f s)", time.Since(began).Seconds()), nil
}

func (e *Environment) startControlPlane(ctx context.Context, say console.Say) (string, error) {
	began := time.Now()
	say("starting etcd and kube-apiserver")
	plane, err := startControlPlane(ctx, e.Root, e.files)
	if err != nil {
		return "", err
	}
	e.stopLater(plane.stop)
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, eventsv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return "", fmt.Errorf("registering kinds: %w", err)
		}
	}
	if e.Kube, err = client.New(plane.config(), client.Options{Scheme: scheme}); err != nil {
		return "", fmt.Errorf("making a client: %w", err)
	}
	return fmt.Sprintf("%s (%.1f s)", plane.config().Host, time.Since(began).Seconds()), nil
}

func (e *Environment) startSimulator(ctx context.Context, _ console.Say) (string, error) {
	e.Sim = iamsim.New(iamsim.Options{AccountID: AccountID, CallLogLimit: 100_000}).Start()
	e.stopLater(func() error { e.Sim.Close(); return nil })
	if err := errors.Join(AddPeople(ctx, IAM(e.Sim, "operator")), AddMembers(ctx, e.Sim)); err != nil {
		return "", err
	}
	e.Sim.ResetCalls()
	return fmt.Sprintf("%s, accounts %s and %s", e.Sim.URL(), AccountID, MemberID), nil
}

func (e *Environment) startManager(
	ctx context.Context, say console.Say, died context.CancelCauseFunc,
) (string, error) {
	log := e.ManagerLog()
	say("starting, log in %s", log)
	ctx, cancel := context.WithTimeoutCause(ctx, e.Timeout, fmt.Errorf(
		"the controller was not ready after %s; see %s", e.Timeout, log))
	defer cancel()
	m, err := startManager(ctx, e.files, e.Sim.URL(), died)
	if err != nil {
		return "", err
	}
	e.Metrics = m.metrics
	e.stopLater(func() error { m.stop(); return nil })
	return "ready, log in " + log, nil
}

// ManagerLog is the file with the controller's log, as seen from the root of the repository.
func (e *Environment) ManagerLog() string { return e.files.shown(e.files.managerLog) }

func (e *Environment) stopLater(stop func() error) { e.cleanup = append(e.cleanup, stop) }

// stop stops what was started, the last one first.
func (e *Environment) stop() error {
	if len(e.cleanup) <= 1 {
		return e.cleanUp()
	}
	e.Printf("\n")
	return e.Step("stopping", func(say console.Say) (string, error) {
		say("controller, IAM, control plane")
		return "everything is stopped", e.cleanUp()
	})
}

func (e *Environment) cleanUp() error {
	var errs []error
	for len(e.cleanup) > 0 {
		last := len(e.cleanup) - 1
		errs = append(errs, e.cleanup[last]())
		e.cleanup = e.cleanup[:last]
	}
	return errors.Join(errs...)
}
