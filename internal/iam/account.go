// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"context"
	"strings"
	"time"
)

// Query says what to observe.
type Query struct {
	// RoleName is the role.
	RoleName string
	// ProfileName is the instance profile, or empty for none.
	ProfileName string
	// Expected are the ARNs of managed policies whose documents need not be read.
	Expected []string
	// ForDeletion also looks for other instance profiles that hold the role. It reads no documents of managed policies,
	// and none of inline policies where there is nothing that they have to go before or after.
	ForDeletion bool
}

// Observer reads the state of one role. An implementation MUST NOT write, MUST return an error rather than a partial
// observation, and MUST NOT take a denied or failed read for absence.
type Observer interface {
	Observe(ctx context.Context, q Query) (Observation, error)
}

// RoleWriter makes the mutating calls on roles. Every method is one call of the IAM API of the same name; what it
// returned is believed and not read back.
type RoleWriter interface {
	CreateRole(ctx context.Context, role Role) (arn, id string, err error)
	// UpdateRole leaves the session as it is when maxSessionSeconds is 0: that of a service-linked role belongs to AWS.
	UpdateRole(ctx context.Context, name, description string, maxSessionSeconds int32) error
	UpdateAssumeRolePolicy(ctx context.Context, name, document string) error
	PutRolePermissionsBoundary(ctx context.Context, name, arn string) error
	DeleteRolePermissionsBoundary(ctx context.Context, name string) error
	TagRole(ctx context.Context, name string, tags map[string]string) error
	UntagRole(ctx context.Context, name string, keys []string) error
	DeleteRole(ctx context.Context, name string) error
}

// RolePolicyWriter makes the mutating calls on what is in and on a role.
type RolePolicyWriter interface {
	PutRolePolicy(ctx context.Context, name, policy, document string) error
	DeleteRolePolicy(ctx context.Context, name, policy string) error
	AttachRolePolicy(ctx context.Context, name, arn string) error
	DetachRolePolicy(ctx context.Context, name, arn string) error
}

// ProfileWriter makes the mutating calls on instance profiles.
type ProfileWriter interface {
	CreateInstanceProfile(ctx context.Context, profile InstanceProfile) (arn, id string, err error)
	AddRoleToInstanceProfile(ctx context.Context, profile, role string) error
	RemoveRoleFromInstanceProfile(ctx context.Context, profile, role string) error
	TagInstanceProfile(ctx context.Context, name string, tags map[string]string) error
	UntagInstanceProfile(ctx context.Context, name string, keys []string) error
	DeleteInstanceProfile(ctx context.Context, name string) error
}

// Writer makes every mutating call that a plan can hold.
type Writer interface {
	RoleWriter
	RolePolicyWriter
	ProfileWriter
	PolicyWriter
	ServiceLinkedWriter
}

// Identity is who the controller is in AWS.
type Identity struct {
	// AccountID is the twelve-digit account of the credentials.
	AccountID string
	// Partition is taken from the caller's ARN: aws, aws-cn, aws-us-gov …
	Partition string
	// CallerARN is who the controller is: a user, or a session as arn:…:assumed-role/<role>/<session>.
	CallerARN string
}

// Caller is the CallerARN without the name of a session: the SDK makes up another with each renewal.
func (i Identity) Caller() string {
	before, session, ok := strings.Cut(i.CallerARN, ":assumed-role/")
	if !ok {
		return i.CallerARN
	}
	role, _, _ := strings.Cut(session, "/")
	return before + ":assumed-role/" + role
}

// Paced is what has a rate limit.
type Paced interface {
	// HeldBack is when a pass is to come that would be held back if it began now; zero for one that may begin. It makes no
	// call.
	HeldBack(ctx context.Context) time.Duration
}

// Account is one AWS account: reads, writes, and who we are in it.
type Account interface {
	Observer
	PolicyObserver
	ServiceLinkedReader
	ReferenceReader
	BulkReader
	Paced
	QueueReader
	Writer
	// Identity asks STS. The answer may be cached for as long as the credentials stay the same.
	Identity(ctx context.Context) (Identity, error)
	// Quotas asks IAM for the account's quotas. The answer may be cached.
	Quotas(ctx context.Context) (Quotas, error)
}
