// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
)

// newRetryer repeats a call that met a broken connection or a failure of AWS: three attempts within about a second.
// The rest is the controller's queue. Throttled calls never get here, see attempts.
//
// Expired credentials are worth another attempt where there may be others than the cached ones.
func newRetryer(credentials aws.CredentialsProvider) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		if _, cached := credentials.(invalidating); cached {
			o.Retryables = append(o.Retryables, retry.RetryableErrorCode{Codes: expired})
		}
		o.MaxAttempts = 3
		o.MaxBackoff = 500 * time.Millisecond
	})
}

// once makes a call without repetition. A create whose answer was lost may have been carried out, and repeating it
// would report our own entity as somebody else's.
func once(o *sdk.Options) { o.RetryMaxAttempts = 1 }
