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

// chain makes credentials of roles that are reached over others.
type chain struct {
	clock clock.PassiveClock
	// region is that of the STS endpoint.
	region string
	client func(aws.CredentialsProvider) *sts.Client
	hops   *hops
}

// assume returns credentials of the role that a names, reached from base over a.Via. It makes no call. What STS would
// refuse is refused without asking it.
func (c chain) assume(base aws.CredentialsProvider, a iam.AssumeRole) aws.CredentialsProvider {
	if problems := a.Check(); len(problems) > 0 {
		return refused(problems)
	}
	name := cmp.Or(a.SessionName, iam.DefaultSessionName)
	reached := base
	for i, key := range hopKeys(c.region, a) {
		before := reached
		reached = c.hops.get(key, func() *session { return c.assumed(before, a.Via[i], name, nil) })
	}
	return c.assumed(reached, a.Hop, name, a.Tags())
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
func (c chain) assumed(from aws.CredentialsProvider, hop iam.Hop, name string, tags map[string]string) *session {
	role := stscreds.NewAssumeRoleProvider(c.client(from), hop.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration, o.Tags = name, sessionDuration, sessionTagsOf(tags)
		if hop.ExternalID != "" {
			o.ExternalID = aws.String(hop.ExternalID)
		}
	})
	return newSession(naming{role: hop.RoleARN, provider: role}, c.clock)
}

// naming names the role in the error when it cannot be assumed.
type naming struct {
	role     string
	provider aws.CredentialsProvider
}

// Retrieve implements aws.CredentialsProvider.
func (n naming) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := n.provider.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, &assumeError{role: n.role, err: err}
	}
	return credentials, nil
}

// assumeError says which role of a chain could not be assumed.
type assumeError struct {
	role string
	err  error
}

func (e *assumeError) Error() string { return "assuming " + e.role + ": " + e.err.Error() }
func (e *assumeError) Unwrap() error { return e.err }

// unassumed names the first role of a chain that could not be assumed, or nothing.
func unassumed(err error) string {
	role := ""
	for {
		failed, ok := errors.AsType[*assumeError](err)
		if !ok {
			return role
		}
		role, err = failed.role, failed.err
	}
}

func sessionTagsOf(tags map[string]string) []types.Tag {
	list := make([]types.Tag, 0, len(tags))
	for key, value := range tags {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	slices.SortFunc(list, func(a, b types.Tag) int { return cmp.Compare(*a.Key, *b.Key) })
	return list
}

// expired are the codes of credentials that AWS accepted once.
var expired = map[string]struct{}{"ExpiredToken": {}, "ExpiredTokenException": {}}

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
