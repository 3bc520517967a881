// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
)

// The environment that points the suite at an endpoint, beside the usual variables of AWS for credentials and region.
const (
	// EndpointVariable is the URL of the endpoint, or "aws" for AWS itself.
	EndpointVariable = "ECSIAM_CONFORMANCE_ENDPOINT"
	// TargetVariable names the list of known deviations: moto. Unset, none is tolerated.
	TargetVariable = "ECSIAM_CONFORMANCE_TARGET"
)

// settleTime is how long AWS is given after a write before the suite looks: changes reach all of IAM within seconds.
const settleTime = 10 * time.Second

// FromEnvironment makes the target that the environment names; false when it names none.
func FromEnvironment(ctx context.Context) (Target, bool, error) {
	endpoint := os.Getenv(EndpointVariable)
	if endpoint == "" {
		return Target{}, false, nil
	}
	deviations, ok := knownDeviations[os.Getenv(TargetVariable)]
	if !ok {
		return Target{}, false, fmt.Errorf("reading %s: no deviations are known of %q; leave it unset or set it to moto",
			TargetVariable, os.Getenv(TargetVariable))
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return Target{}, false, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	genuine := endpoint == "aws"
	if genuine {
		cfg.APIOptions = append(cfg.APIOptions, settleAfterWrites)
	} else {
		cfg.BaseEndpoint = aws.String(endpoint)
		cfg.RetryMaxAttempts = 1
	}
	return Target{
		IAM: iam.NewFromConfig(cfg), STS: sts.NewFromConfig(cfg), Prefix: fmt.Sprintf("conf-%x-", time.Now().UnixMilli()),
		Disposable: !genuine, Deviations: deviations,
	}, true, nil
}

// settleAfterWrites waits after each write, which makes the suite slow against AWS but not flaky.
func settleAfterWrites(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("SettleAfterWrites", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		operation := middleware.GetOperationName(ctx)
		if err != nil || strings.HasPrefix(operation, "Get") || strings.HasPrefix(operation, "List") {
			return out, metadata, err
		}
		timer := time.NewTimer(settleTime)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		return out, metadata, nil
	}), middleware.After)
}

// knownDeviations are the lists by the name of their target.
var knownDeviations = map[string]map[string]string{"": nil, "moto": motoDeviations}
