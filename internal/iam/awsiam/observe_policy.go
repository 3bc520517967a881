// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// readUnexpected reads the documents of the attached policies that are not expected. One that may not be read, or has
// been deleted meanwhile, is left out.
func (a *Account) readUnexpected(ctx context.Context, attached, expected []string) (map[string]string, error) {
	documents := map[string]string{}
	for _, arn := range attached {
		if slices.Contains(expected, arn) {
			continue
		}
		document, err := a.readPolicy(ctx, arn)
		switch iam.Classify(err) {
		case iam.ClassDenied, iam.ClassNotFound:
			continue
		default:
		}
		if err != nil {
			return nil, err
		}
		documents[arn] = document
	}
	return documents, nil
}

// readPolicy returns the default version of a managed policy.
func (a *Account) readPolicy(ctx context.Context, arn string) (string, error) {
	found, err := a.existingPolicy(ctx, arn)
	if err != nil {
		return "", err
	}
	return a.documentOf(ctx, found)
}

// existingPolicy is getPolicy, except that it is an error when there is no such policy.
func (a *Account) existingPolicy(ctx context.Context, arn string) (*iam.Policy, error) {
	found, err := a.getPolicy(ctx, arn)
	if err == nil && found == nil {
		err = &iam.Error{Action: "iam:GetPolicy", Code: "NoSuchEntity", Class: iam.ClassNotFound}
	}
	return found, err
}
