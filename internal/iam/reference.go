// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// ReferenceReader answers whether what a spec or a plan refers to exists, in as few calls as that takes. It keeps to
// the rules of Observer.
type ReferenceReader interface {
	// LookUpPolicy returns the managed policy of an ARN as GetPolicy shows it, and nil when there is none. With document
	// it holds the document in force as well; those are cached, since a version never changes. Unlike ObservePolicy it
	// looks under no other path and at nobody who has the policy.
	LookUpPolicy(ctx context.Context, arn string, document bool) (*Policy, error)
	// LookUpPrincipal says whether the role or user of an ARN exists, path included. Of any other principal, of those of
	// other accounts, and of users where iam:GetUser is denied, it is ExistenceUnknown.
	LookUpPrincipal(ctx context.Context, arn string) (Existence, error)
}

// Existence is what is known of whether something exists.
type Existence int

// The values of Existence.
const (
	ExistenceUnknown Existence = iota
	Exists
	Absent
)
