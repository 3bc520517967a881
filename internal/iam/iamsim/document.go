// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// checkDocument refuses a document as IAM does on a write. Only the first problem is answered.
func checkDocument(doc string, kind policy.Kind) error {
	_, problems := policy.Check([]byte(doc), kind)
	if len(problems) == 0 {
		return nil
	}
	return wire.Failure(problems[0].Code, "%s", problems[0].IAMMessage)
}
