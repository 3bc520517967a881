// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"

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
// execution.
func execute(ctx context.Context, w iam.Writer, p plan.Plan, got iam.Observation) execution {
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
		op, err := call(ctx, w, step.Op)
		if err != nil && !alreadyGone(step.Op, err) {
			e.results[i].err = err
			stopped = concernsAll(err)
			continue
		}
		e.results[i].op, e.results[i].done = op, true
		e.after = plan.After(e.after, op)
	}
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

// wrote tells whether any call succeeded.
func (e execution) wrote() bool {
	for _, r := range e.results {
		if r.done {
			return true
		}
	}
	return false
}

// uncertain tells whether a call may have been carried out although it failed.
func (e execution) uncertain() bool {
	for _, r := range e.results {
		if r.err == nil {
			continue
		}
		switch iam.Classify(r.err) {
		case iam.ClassUnavailable, iam.ClassUnknown:
			return true
		default:
		}
	}
	return false
}

// complete tells whether every step is done.
func (e execution) complete() bool {
	for _, r := range e.results {
		if !r.done {
			return false
		}
	}
	return true
}

// pending tells, a line each, what was not done.
func (e execution) pending() []string {
	var lines []string
	for _, r := range e.results {
		switch {
		case r.done:
		case r.waits != nil:
			lines = append(lines, r.op.String()+" (withheld: waits for: "+r.waits.String()+")")
		case r.err != nil:
			lines = append(lines, r.op.String()+" (failed)")
		default:
			lines = append(lines, r.op.String()+" (pending)")
		}
	}
	return lines
}

// concernsAll tells whether an error would meet every further call too.
func concernsAll(err error) bool {
	switch iam.Classify(err) {
	case iam.ClassThrottled, iam.ClassUnavailable:
		return true
	default:
		return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	}
}

// alreadyGone tells whether a deletion found nothing to delete, which is what it wanted.
func alreadyGone(op plan.Operation, err error) bool {
	return op.Verb() == plan.Removes && iam.IsNotFound(err)
}

// call makes the one call that an operation is. It returns the operation with what AWS added to it.
func call(ctx context.Context, w iam.Writer, op plan.Operation) (plan.Operation, error) {
	switch op := op.(type) {
	case plan.CreateRole:
		arn, id, err := w.CreateRole(ctx, op.Role)
		op.Role.ARN, op.Role.ID = arn, id
		return op, err
	case plan.CreateInstanceProfile:
		arn, id, err := w.CreateInstanceProfile(ctx, op.Profile)
		op.Profile.ARN, op.Profile.ID = arn, id
		return op, err
	case plan.CreatePolicy:
		arn, id, version, err := w.CreatePolicy(ctx, op.Policy)
		op.Policy.ARN, op.Policy.ID, op.Policy.DefaultVersionID = arn, id, version
		op.Policy.Versions = []string{version}
		return op, err
	case plan.CreatePolicyVersion:
		version, err := w.CreatePolicyVersion(ctx, op.ARN, op.New)
		op.Version = version
		return op, err
	case plan.AddRoleToInstanceProfile:
		return op, w.AddRoleToInstanceProfile(ctx, op.Profile, op.Role)
	case plan.RemoveRoleFromInstanceProfile:
		return op, w.RemoveRoleFromInstanceProfile(ctx, op.Profile, op.Role)
	case plan.TagInstanceProfile:
		return op, w.TagInstanceProfile(ctx, op.Profile, op.Tags)
	case plan.UntagInstanceProfile:
		return op, w.UntagInstanceProfile(ctx, op.Profile, op.Keys)
	case plan.DeleteInstanceProfile:
		return op, w.DeleteInstanceProfile(ctx, op.Profile)
	case plan.CreateServiceLinkedRole:
		var err error
		op.Role, err = w.CreateServiceLinkedRole(ctx, op.Service, op.Description)
		return op, err
	case plan.DeleteServiceLinkedRole:
		var err error
		op.TaskID, err = w.DeleteServiceLinkedRole(ctx, op.Role)
		return op, err
	default:
		return op, callRole(ctx, w, op)
	}
}

func callRole(ctx context.Context, w iam.Writer, op plan.Operation) error {
	switch op := op.(type) {
	case plan.UpdateRole:
		return w.UpdateRole(ctx, op.Role, op.Description, op.SessionSeconds)
	case plan.UpdateTrustPolicy:
		return w.UpdateAssumeRolePolicy(ctx, op.Role, op.New)
	case plan.SetBoundary:
		return w.PutRolePermissionsBoundary(ctx, op.Role, op.New)
	case plan.DeleteBoundary:
		return w.DeleteRolePermissionsBoundary(ctx, op.Role)
	case plan.TagRole:
		return w.TagRole(ctx, op.Role, op.Tags)
	case plan.UntagRole:
		return w.UntagRole(ctx, op.Role, op.Keys)
	case plan.PutRolePolicy:
		return w.PutRolePolicy(ctx, op.Role, op.Policy, op.New)
	case plan.DeleteRolePolicy:
		return w.DeleteRolePolicy(ctx, op.Role, op.Policy)
	case plan.AttachRolePolicy:
		return w.AttachRolePolicy(ctx, op.Role, op.ARN)
	case plan.DetachRolePolicy:
		return w.DetachRolePolicy(ctx, op.Role, op.ARN)
	case plan.DeleteRole:
		return w.DeleteRole(ctx, op.Role)
	default:
		return callPolicy(ctx, w, op)
	}
}

func callPolicy(ctx context.Context, w iam.Writer, op plan.Operation) error {
	switch op := op.(type) {
	case plan.DeletePolicyVersion:
		return w.DeletePolicyVersion(ctx, op.ARN, op.Version)
	case plan.TagPolicy:
		return w.TagPolicy(ctx, op.ARN, op.Tags)
	case plan.UntagPolicy:
		return w.UntagPolicy(ctx, op.ARN, op.Keys)
	case plan.AttachUserPolicy:
		return w.AttachUserPolicy(ctx, op.User, op.ARN)
	case plan.DetachUserPolicy:
		return w.DetachUserPolicy(ctx, op.User, op.ARN)
	case plan.AttachGroupPolicy:
		return w.AttachGroupPolicy(ctx, op.Group, op.ARN)
	case plan.DetachGroupPolicy:
		return w.DetachGroupPolicy(ctx, op.Group, op.ARN)
	case plan.WithdrawFromRole:
		return w.DetachRolePolicy(ctx, op.Role, op.ARN)
	case plan.DeletePolicy:
		return w.DeletePolicy(ctx, op.ARN)
	default:
		return errors.New("executing a plan: an operation of an unknown kind")
	}
}
