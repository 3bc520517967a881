// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// ReadOnly returns the configuration with clients that refuse every call which is no reading, before it is sent. For
// credentials that may do more.
func ReadOnly(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(readOnly{}, middleware.After)
	})
	return cfg
}

// readOnly is middleware that ends calls which would change something.
type readOnly struct{}

// ID implements middleware.InitializeMiddleware.
func (readOnly) ID() string { return "ECSIAMReadOnly" }

// HandleInitialize implements middleware.InitializeMiddleware.
func (readOnly) HandleInitialize(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	if name := awsmiddleware.GetOperationName(ctx); !onlyReads(name) {
		return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s is not made: these credentials are "+
			"used for reading only", name)
	}
	return next.HandleInitialize(ctx, in)
}

// onlyReads tells whether a call changes nothing. AssumeRole is how reading begins.
func onlyReads(operation string) bool {
	return strings.HasPrefix(operation, "Get") || strings.HasPrefix(operation, "List") ||
		strings.HasPrefix(operation, "Simulate") || strings.HasPrefix(operation, "AssumeRole")
}
