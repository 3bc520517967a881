// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/utils/clock"
)

// session keeps the credentials of an assumed role and renews them ahead of their end. When they cannot be renewed in
// between, they are used on. The SDK's own cache would go by the real time and not by the clock.
type session struct {
	provider aws.CredentialsProvider
	clock    clock.PassiveClock
	kept     *cached[aws.Credentials]

	mu   sync.Mutex
	last aws.Credentials
}

var (
	_ aws.CredentialsProvider = (*session)(nil)
	_ invalidating            = (*session)(nil)
)

func newSession(provider aws.CredentialsProvider, c clock.PassiveClock) *session {
	return &session{provider: provider, clock: c, kept: newCached[aws.Credentials](c)}
}

// Retrieve implements aws.CredentialsProvider.
func (s *session) Retrieve(ctx context.Context) (aws.Credentials, error) {
	return s.kept.get(ctx, s.renew)
}

// Invalidate drops the credentials, which AWS no longer accepts.
func (s *session) Invalidate() {
	s.kept.drop()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = aws.Credentials{}
}

// renew asks for new credentials and says for how long to keep them.
func (s *session) renew(ctx context.Context) (aws.Credentials, time.Duration, error) {
	fresh, err := s.provider.Retrieve(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if err != nil {
		left := s.last.Expires.Sub(now) - lastMoment
		if !s.last.HasKeys() || left <= 0 {
			return aws.Credentials{}, 0, err //nolint:wrapcheck // the caller classifies the SDK's own errors
		}
		return s.last, min(left, refreshRetry), nil
	}
	s.last = fresh
	lifetime := fresh.Expires.Sub(now)
	return fresh, lifetime - min(refreshAhead, lifetime/2), nil
}

const (
	// sessionDuration is the longest that a session of a role may last that another role's session assumes, and every
	// role allows as much. Source: IAM user guide, "Roles terms and concepts", role chaining.
	sessionDuration = time.Hour
	// refreshAhead is how long before their end credentials are renewed, so that a plan does not meet it and STS may be
	// away for a while.
	refreshAhead = 10 * time.Minute
	// refreshRetry is how long credentials that could not be renewed are used before the next attempt.
	refreshRetry = 30 * time.Second
	// lastMoment is when credentials are no longer used, though they have not ended yet.
	lastMoment = 15 * time.Second
)

// invalidating is a cache of credentials, such as a session or aws.CredentialsCache.
type invalidating interface{ Invalidate() }
