// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"errors"
	"slices"

	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// result is what became of one step of a plan.
type result struct {
	op plan.Operation
	// err is the error of the call; nil with done false means that the step was not tried.
	err  error
	done bool
	// waits names the step that this one waited for in vain, when it was not tried.
	waits plan.Operation
}

// execution is what became of a plan.
type execution struct {
	results []result
	// after is the observation as the successful calls left it.
	after iam.Observation
}

// execute makes the calls of a plan in order. A step whose needs have not succeeded is not tried; a step that fails
// does not stop those that do not need it. Only what concerns every further call, such as throttling, ends the
// execution. Each call is written down as c says.
func execute(ctx context.Context, w iam.Writer, c changes, p plan.Plan, got iam.Observation) execution {
	e := execution{results: make([]result, len(p.Steps)), after: got}
	stopped := false
	for i, step := range p.Steps {
		e.results[i].op = step.Op
		if stopped {
			continue
		}
		if blocker := e.firstUndone(step.Needs); blocker != nil {
			e.results[i].waits = blocker
			continue
		}
		op, err := c.recorded(ctx, step.Op, e.after, func(ctx context.Context) (plan.Operation, error) {
			return call(ctx, w, step.Op)
		})
		if err != nil && !(op.Verb() == plan.Removes && iam.IsNotFound(err)) {
			e.results[i].err = err
			stopped = concernsAll(err)
			continue
		}
		e.results[i].op, e.results[i].done = op, true
		e.after = plan.After(e.after, op)
	}
	e.log(ctx)
	return e
}

func (e execution) firstUndone(needs []int) plan.Operation {
	for _, n := range needs {
		if !e.results[n].done {
			return e.results[n].op
		}
	}
	return nil
}

// did reports whether an operation that was done answers the question.
func (e execution) did(asked func(plan.Operation) bool) bool {
	return slices.ContainsFunc(e.results, func(r result) bool { return r.done && asked(r.op) })
}

// wrote reports whether any call succeeded.
func (e execution) wrote() bool { return e.did(func(plan.Operation) bool { return true }) }

// created reports whether an entity was made.
func (e execution) created() bool {
	return e.did(func(op plan.Operation) bool { return op.Verb() == plan.Creates })
}

// propagates reports whether ECS must learn of what was done.
func (e execution) propagates() bool {
	return e.did(func(op plan.Operation) bool { return op.Propagates() })
}

// fields are those that were changed.
func (e execution) fields() []string {
	var fields []string
	for _, r := range e.results {
		if f := r.op.Field(); r.done && !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// failedWith reports whether a call failed with an error of one of the classes.
func (e execution) failedWith(classes ...iam.Class) bool {
	return slices.ContainsFunc(e.results, func(r result) bool {
		return r.err != nil && slices.Contains(classes, iam.Classify(r.err))
	})
}

// uncertain reports whether a call may have been carried out although it failed.
func (e execution) uncertain() bool { return e.failedWith(iam.ClassUnavailable, iam.ClassUnknown) }

// complete reports whether every step is done.
func (e execution) complete() bool {
	return !slices.ContainsFunc(e.results, func(r result) bool { return !r.done })
}

// concernsAll reports whether an error would meet every further call too.
func concernsAll(err error) bool {
	if p, _ := AsProblem(err); p != nil { // it cannot be written down, and so cannot the next one
		return true
	}
	switch iam.Classify(err) {
	case iam.ClassThrottled, iam.ClassUnavailable, iam.ClassCredentials:
		return true
	default:
		return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	}
}

func (e execution) log(ctx context.Context) {
	log := logf.FromContext(ctx)
	for _, r := range e.results {
		if r.err == nil {
			continue
		}
		log.Info("operation failed", "action", r.op.Action(), "error", describeError(r.err))
		if e, ok := errors.AsType[*iam.Error](r.err); ok {
			log.V(2).Info("answer of AWS", "action", r.op.Action(), "message", e.Message)
		}
	}
}
