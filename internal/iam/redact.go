// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"

var digits = lazyregexp.New(`[0-9]+`)

// WithoutAccounts shortens the account ids of a text to their last four digits, by which accounts can still be told
// apart. It is for texts that reach conditions, events and logs.
func WithoutAccounts(text string) string {
	return digits.ReplaceAllStringFunc(text, func(number string) string {
		if len(number) != 12 {
			return number
		}
		return "…" + number[8:]
	})
}
