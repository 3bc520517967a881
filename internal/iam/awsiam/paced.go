// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// HeldBack implements iam.Paced.
func (a *Account) HeldBack(ctx context.Context) time.Duration {
	return a.limiter.heldBack(a.clock.Now(), caller{starting: true, urgent: iam.IsUrgent(ctx)})
}
