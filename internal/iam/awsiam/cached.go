// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"k8s.io/utils/clock"
)

// cached keeps an answer for a time. Errors are not kept, but all who wait for the same call share its outcome.
type cached[T any] struct {
	clock  clock.PassiveClock
	flight singleflight.Group

	mu      sync.Mutex
	value   T
	expires time.Time
}

func newCached[T any](c clock.PassiveClock) *cached[T] { return &cached[T]{clock: c} }

// get returns the kept answer, or loads one and keeps it for as long as load says. A caller whose ctx ends does not
// end the call for the others; each attempt of a call is bounded anyway.
func (c *cached[T]) get(ctx context.Context, load func(context.Context) (T, time.Duration, error)) (T, error) {
	if value, ok := c.kept(); ok {
		return value, nil
	}
	outcome := c.flight.DoChan("", func() (any, error) {
		if value, ok := c.kept(); ok {
			return value, nil
		}
		value, ttl, err := load(context.WithoutCancel(ctx))
		if err == nil {
			c.keep(value, ttl)
		}
		return value, err
	})
	select {
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	case result := <-outcome:
		value, _ := result.Val.(T)
		return value, result.Err
	}
}

func (c *cached[T]) kept() (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value, c.clock.Now().Before(c.expires)
}

func (c *cached[T]) keep(value T, ttl time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value, c.expires = value, c.clock.Now().Add(ttl)
}

// drop forgets the kept answer.
func (c *cached[T]) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expires = time.Time{}
}
