// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/time/rate"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
)

// Subject is what a denial names.
type Subject struct{ Caller, Resource string }

// Answer is what a call gets in place of what IAM would do. Without a code the call is carried out.
type Answer struct {
	Code, Message string
	Cut           bool // the connection is cut without an answer
}

// Wait delays a call by the latency.
func (l *Levers) Wait(ctx context.Context) { sleep(ctx, nil, time.Duration(l.Settings().Latency)) }

// Inject decides what becomes of a call before anybody looks at it. It returns after the delays that the call meets,
// or when ctx ends.
func (l *Levers) Inject(ctx context.Context, call calls.Call, who Subject) Answer {
	if call.Service == "iam" && !l.hasToken(call) {
		return Answer{Code: "Throttling", Message: "Rate exceeded"}
	}
	fault, met := l.meet(call)
	if !met {
		return Answer{}
	}
	sleep(ctx, fault.ended, time.Duration(fault.Delay))
	if fault.Hang {
		wait(ctx, fault.ended)
		return Answer{Cut: true}
	}
	return fault.answer(call, who)
}

func (f *inForce) answer(call calls.Call, who Subject) Answer {
	if f.Code == "" {
		return Answer{}
	}
	said := "Injected failure of " + call.Action
	switch f.Code {
	case "Throttling":
		said = "Rate exceeded"
	case "AccessDenied":
		said = Denial{
			Caller: who.Caller, Permission: call.Service + ":" + call.Action, Resource: who.Resource,
			By: f.DeniedBy, Explicit: f.ExplicitDeny,
		}.String()
	}
	return Answer{Code: f.Code, Message: cmp.Or(f.Message, said)}
}

func (l *Levers) hasToken(call calls.Call) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.settings.QPS <= 0 {
		return true
	}
	bucket, ok := l.buckets[call.Account]
	if !ok {
		if l.buckets == nil {
			l.buckets = map[string]*rate.Limiter{}
		}
		bucket = rate.NewLimiter(rate.Limit(l.settings.QPS), l.settings.Burst)
		l.buckets[call.Account] = bucket
	}
	return bucket.AllowN(call.Time, 1)
}

// sleep ends early with ctx or when ended is closed.
func sleep(ctx context.Context, ended <-chan struct{}, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-ended:
	}
}

func wait(ctx context.Context, ended <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-ended:
	}
}
