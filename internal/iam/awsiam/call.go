// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

type startingKey struct{}

// startingPass marks a call with which a reading begins. Where one is needed, it is the first of a pass or next to it.
func startingPass(ctx context.Context) context.Context {
	return context.WithValue(ctx, startingKey{}, true)
}

type bulkKey struct{}

// bulkReading marks the calls that read a whole account.
func bulkReading(ctx context.Context) context.Context {
	return context.WithValue(ctx, bulkKey{}, true)
}

// callerIn is who a call is made for. It is asked once for each attempt.
func callerIn(ctx context.Context) caller {
	first := iam.Starts(ctx)
	return caller{
		starting: first || ctx.Value(startingKey{}) != nil, urgent: iam.IsUrgent(ctx), bulk: ctx.Value(bulkKey{}) != nil,
	}
}

// call names a call of an AWS API.
type call struct{ service, operation string }

func callIn(ctx context.Context) call {
	return call{
		service:   strings.ToLower(awsmiddleware.GetServiceID(ctx)),
		operation: awsmiddleware.GetOperationName(ctx),
	}
}

func (c call) action() string { return c.service + ":" + c.operation }

// caller is who asks for a slot, as far as that decides how it is served.
type caller struct {
	// starting says that the call is the first of a pass.
	starting bool
	// urgent says that a person waits for the pass, or a deletion.
	urgent bool
	// bulk says that the call is part of the reading of a whole account, which has a budget of its own.
	bulk bool
}
