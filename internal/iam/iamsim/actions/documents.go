// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"unicode"

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

// countedSize is the length that IAM's quotas count: all characters but white space.
func countedSize(doc string) int {
	n := 0
	for _, r := range doc {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
