// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"errors"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"k8s.io/utils/clock"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// attempts is middleware around each attempt of each call: rate limit, timeout and metrics. It stands inside the
// SDK's retry loop, so that attempts after the first are limited and counted too.
type attempts struct {
	clock   clock.Clock
	timeout time.Duration
	metrics *Metrics
	account string
	limiter *limiter // nil for none
	stale   *staleCredentials
}

// ID implements middleware.FinalizeMiddleware.
func (*attempts) ID() string { return "ECSIAMAttempts" }

func (a *attempts) add(stack *middleware.Stack) error {
	return stack.Finalize.Insert(a, "Retry", middleware.After)
}

// HandleFinalize implements middleware.FinalizeMiddleware.
func (a *attempts) HandleFinalize(
	ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (out middleware.FinalizeOutput, metadata middleware.Metadata, err error) {
	call, by := callIn(ctx), caller{}
	if a.limiter != nil {
		by = callerIn(ctx)
	}
	granted, err := a.wait(ctx, call, by)
	if err != nil {
		return out, metadata, err
	}
	bounded, cancel := context.WithTimeout(ctx, a.timeoutIn(ctx))
	defer cancel()
	sentAt := a.clock.Now()
	out, metadata, err = next.HandleFinalize(bounded, in)
	a.metrics.record(a.account, call, err, a.clock.Since(sentAt))
	if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
		iam.KeepReceipt(ctx, id)
	}
	return out, metadata, a.learn(call, by, granted, err)
}

// hasteTimeout is that of an attempt whose caller gives up soon. An answer of IAM takes well below it.
const hasteTimeout = time.Second

// timeoutIn bounds an attempt.
func (a *attempts) timeoutIn(ctx context.Context) time.Duration {
	if iam.InHaste(ctx) {
		return min(a.timeout, hasteTimeout)
	}
	return a.timeout
}

// wait sleeps until the call's slot, and refuses when that is too far off.
func (a *attempts) wait(ctx context.Context, call call, by caller) (slot, error) {
	if a.limiter == nil {
		return slot{}, nil
	}
	begun := a.clock.Now()
	for now := begun; ; now = a.clock.Now() {
		booked, ok := a.limiter.book(now, begun, by)
		if !ok {
			a.metrics.heldBack(a.account)
			return slot{}, &iam.Error{
				Action: call.action(), Class: iam.ClassThrottled, RetryAfter: a.limiter.retryAfter(now, by),
			}
		}
		if err := a.sleep(ctx, booked.at.Sub(now)); err != nil {
			return slot{}, err
		}
		if !a.limiter.void(booked) {
			a.metrics.waited(a.account, a.clock.Since(begun))
			return booked, nil
		}
		begun = by.rebegun(begun, a.clock.Now())
	}
}

func (a *attempts) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := a.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// learn tells the limiter how the attempt went. A throttled one becomes an *iam.Error at once: the SDK does not
// repeat what it does not know, and repeating it would only add to the load.
func (a *attempts) learn(call call, by caller, granted slot, err error) error {
	var answer smithy.APIError
	a.stale.drop(err)
	throttled := errors.As(err, &answer) && classOf(err, answer) == iam.ClassThrottled
	now := a.clock.Now()
	retryAfter := leastRetry
	if a.limiter != nil {
		switch {
		case throttled:
			a.limiter.throttled(now, granted)
			retryAfter = a.limiter.retryAfter(now, by)
		case err == nil || answer != nil:
			a.limiter.success(granted)
		}
		a.metrics.setRate(a.account, a.limiter.currentRate())
	}
	if !throttled {
		return err
	}
	a.metrics.throttled(a.account)
	return &iam.Error{
		Action: call.action(), Code: answer.ErrorCode(), Message: answer.ErrorMessage(), Class: iam.ClassThrottled,
		RetryAfter: retryAfter,
	}
}
