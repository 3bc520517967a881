// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"context"
	"sync/atomic"
)

// Object names the Kubernetes object that a call is made for.
type Object struct {
	Kind      string
	Namespace string
	Name      string
}

type objectKey struct{}

// WithObject returns a context whose calls to AWS say in their user agent that they are made for the object, so that
// CloudTrail names the manifest. Namespace is empty for objects of the cluster.
func WithObject(ctx context.Context, kind, namespace, name string) context.Context {
	return context.WithValue(ctx, objectKey{}, Object{Kind: kind, Namespace: namespace, Name: name})
}

// ObjectFrom returns the object given to WithObject, and false when there is none.
func ObjectFrom(ctx context.Context) (Object, bool) {
	object, ok := ctx.Value(objectKey{}).(Object)
	return object, ok
}

type urgentKey struct{}

// WithUrgency returns a context whose calls to AWS go before those that nobody waits for.
func WithUrgency(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

// IsUrgent tells whether the context is one of WithUrgency.
func IsUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

type passKey struct{}

// WithPass returns a context for one pass, whose first call has nothing to lose: it may be held back by the rate limit
// where a later one goes first.
func WithPass(ctx context.Context) context.Context {
	return context.WithValue(ctx, passKey{}, new(atomic.Bool))
}

// Starts tells, once, whether a call is the first of a pass.
func Starts(ctx context.Context) bool {
	begun, ok := ctx.Value(passKey{}).(*atomic.Bool)
	return ok && begun.CompareAndSwap(false, true)
}

type hasteKey struct{}

// WithHaste returns a context whose calls to AWS are given up after a second without an answer: for reads in an account
// that may not answer at all, while others wait for the worker.
func WithHaste(ctx context.Context) context.Context {
	return context.WithValue(ctx, hasteKey{}, true)
}

// InHaste tells whether the context is one of WithHaste.
func InHaste(ctx context.Context) bool { return ctx.Value(hasteKey{}) != nil }
