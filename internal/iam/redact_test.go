// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestAccountIDsAreShortenedWhateverStandsBesideThem(t *testing.T) {
	for text, want := range map[string]string{
		"arn:aws:iam::111122223333:role/x": "arn:aws:iam::…3333:role/x",
		"role/acct_111122223333":           "role/acct_…3333",
		"x111122223333y":                   "x…3333y",
		"1111222233334":                    "1111222233334",
	} {
		if got := iam.WithoutAccounts(text); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}
