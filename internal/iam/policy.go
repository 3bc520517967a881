// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// Fixed quotas of IAM for managed policies. Source: IAM user guide, "IAM and AWS STS quotas".
const (
	// ManagedPolicySize is in counted characters.
	ManagedPolicySize = 6144
	// VersionsPerPolicy is the number of versions that a policy keeps.
	VersionsPerPolicy = 5
	// TagsPerPolicy is the number of tags of a policy.
	TagsPerPolicy = 50
	// PolicyNameLength, UserNameLength and GroupNameLength are in characters.
	PolicyNameLength = 128
	UserNameLength   = 64
	GroupNameLength  = 128
)

// PolicyQuery says which policy to observe.
type PolicyQuery struct {
	// ARN is where the policy should be, Name its name. A policy of that name under another path, or in another case, is
	// found as well, since IAM lets no two of them exist.
	ARN, Name string
	// Document is the one that is wanted: the versions are listed only when the policy has another.
	Document string
	// ForDeletion also lists the versions, and those whose boundary the policy is.
	ForDeletion bool
}

// PolicyObserver reads the state of one policy, under the rules of Observer.
type PolicyObserver interface {
	ObservePolicy(ctx context.Context, q PolicyQuery) (Observation, error)
}

// PolicyWriter makes the mutating calls on managed policies. Every method is one call of the IAM API of the same
// name.
type PolicyWriter interface {
	// CreatePolicy creates the policy with its tags; the first version is v1.
	CreatePolicy(ctx context.Context, policy Policy) (arn, id, versionID string, err error)
	// CreatePolicyVersion creates a version and makes it the default.
	CreatePolicyVersion(ctx context.Context, arn, document string) (versionID string, err error)
	DeletePolicyVersion(ctx context.Context, arn, versionID string) error
	TagPolicy(ctx context.Context, arn string, tags map[string]string) error
	UntagPolicy(ctx context.Context, arn string, keys []string) error
	AttachUserPolicy(ctx context.Context, user, arn string) error
	DetachUserPolicy(ctx context.Context, user, arn string) error
	AttachGroupPolicy(ctx context.Context, group, arn string) error
	DetachGroupPolicy(ctx context.Context, group, arn string) error
	DeletePolicy(ctx context.Context, arn string) error
}
