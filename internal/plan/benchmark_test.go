// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// BenchmarkDiffOfAnUnchangedRole is the most usual plan: nothing to do. The role has an inline policy of 10,000
// characters, as it was written or in other notation, and a trust policy in AWS's notation.
func BenchmarkDiffOfAnUnchangedRole(b *testing.B) {
	var actions []string
	for i := range 130 {
		actions = append(actions, fmt.Sprintf("s3:GetObjectVersion%03d", i))
	}
	text := rules(actions...)
	for _, notation := range []string{"written", "other"} {
		b.Run(notation, func(b *testing.B) {
			want := declared()
			want.Role.InlinePolicies["ecsiam"] = text
			got := observed(want)
			got.Role.Trust = string(indented(b, got.Role.Trust))
			if notation == "other" {
				got.Role.InlinePolicies["ecsiam"] = string(indented(b, text))
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if p := plan.Diff(want, got, iam.DefaultQuotas()); !p.Empty() {
					b.Fatal(p.Lines())
				}
			}
		})
	}
}

func indented(b *testing.B, text string) []byte {
	b.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
