// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	"k8s.io/utils/clock"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

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

// assume returns credentials of the role that a names, reached from base over a.Via. It makes no call. What STS would
// refuse is refused without asking it.
func assume(base aws.CredentialsProvider, a iam.AssumeRole, c clock.PassiveClock,
	client func(aws.CredentialsProvider) *sts.Client,
) aws.CredentialsProvider {
	if problems := a.Check(); len(problems) > 0 {
		return refused(problems)
	}
	name := cmp.Or(a.SessionName, iam.DefaultSessionName)
	reached := base
	for _, hop := range a.Via {
		reached = assumed(client(reached), hop, name, nil, c)
	}
	return assumed(client(reached), a.Hop, name, a.SessionTags, c)
}

func refused(problems []string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		fields := make([]string, len(problems))
		for i, problem := range problems {
			field, _, _ := strings.Cut(problem, ":")
			fields[i] = field
		}
		return aws.Credentials{}, &iam.Error{
			Action: "sts:AssumeRole", Code: "ValidationError", Class: iam.ClassRejected,
			Message: strings.Join(problems, "; "), Detail: iam.Detail{Fields: fields},
		}
	})
}

// assumed caches the credentials of one role.
func assumed(
	client *sts.Client, hop iam.Hop, name string, tags map[string]string, c clock.PassiveClock,
) aws.CredentialsProvider {
	role := stscreds.NewAssumeRoleProvider(client, hop.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration, o.Tags = name, sessionDuration, sessionTagsOf(tags)
		if hop.ExternalID != "" {
			o.ExternalID = aws.String(hop.ExternalID)
		}
	})
	return aws.NewCredentialsCache(&renewing{provider: role, clock: c})
}

func sessionTagsOf(tags map[string]string) []types.Tag {
	list := make([]types.Tag, 0, len(tags))
	for key, value := range tags {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	slices.SortFunc(list, func(a, b types.Tag) int { return cmp.Compare(*a.Key, *b.Key) })
	return list
}

// renewing makes credentials end for the cache before they do for AWS. When they cannot be renewed in between, they are
// used on.
type renewing struct {
	provider aws.CredentialsProvider
	clock    clock.PassiveClock

	mu  sync.Mutex
	end time.Time // of the last credentials
}

var (
	_ aws.CredentialsProvider                       = (*renewing)(nil)
	_ aws.HandleFailRefreshCredentialsCacheStrategy = (*renewing)(nil)
)

// Retrieve implements aws.CredentialsProvider.
func (r *renewing) Retrieve(ctx context.Context) (aws.Credentials, error) {
	fresh, err := r.provider.Retrieve(ctx)
	if err != nil || !fresh.CanExpire {
		return fresh, err //nolint:wrapcheck // the caller classifies the SDK's own errors
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end = fresh.Expires
	ahead := min(refreshAhead, fresh.Expires.Sub(r.clock.Now())/2)
	fresh.Expires = fresh.Expires.Add(-ahead)
	return fresh, nil
}

// HandleFailToRefresh implements aws.HandleFailRefreshCredentialsCacheStrategy.
func (r *renewing) HandleFailToRefresh(_ context.Context, last aws.Credentials, err error) (aws.Credentials, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.end.Sub(r.clock.Now()) - lastMoment
	if !last.HasKeys() || left <= 0 {
		return aws.Credentials{}, err
	}
	last.Expires = r.clock.Now().Add(min(left, refreshRetry))
	return last, nil
}

// expired are the codes of credentials that AWS accepted once.
var expired = map[string]struct{}{"ExpiredToken": {}, "ExpiredTokenException": {}}

// invalidating is a cache of credentials, such as aws.CredentialsCache.
type invalidating interface{ Invalidate() }

// staleCredentials drops cached credentials that AWS takes for expired earlier than they say: the clock of the node is
// wrong, or somebody revoked the session. Not more often than in half a minute, or STS would be asked with every call.
type staleCredentials struct {
	clock    clock.PassiveClock
	provider aws.CredentialsProvider

	mu   sync.Mutex
	last time.Time
}

func (s *staleCredentials) drop(err error) {
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return
	}
	cache, cached := s.provider.(invalidating)
	if _, old := expired[answer.ErrorCode()]; !old || !cached {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.clock.Now(); s.last.IsZero() || now.Sub(s.last) >= refreshRetry {
		s.last = now
		cache.Invalidate()
	}
}
