// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"testing"

	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// BenchmarkEquivalent compares documents of 1, 4 and 10 KB: the same bytes, the same policy in another order, and one
// that has an action more.
func BenchmarkEquivalent(b *testing.B) {
	for _, size := range []int{1 << 10, 4 << 10, 10 << 10} {
		d := newDocument(size)
		for _, c := range []struct {
			name  string
			other document
			want  bool
		}{
			{"same", d, true},
			{"reordered", d.reordered(), true},
			{"different", d.different(), false},
		} {
			name := fmt.Sprintf("%dKB/%s", size>>10, c.name)
			left, right := d.json(), c.other.json()
			b.Run(name+"/ours", func(b *testing.B) {
				x, y := []byte(left), []byte(right)
				compare(b, c.want, func() (bool, error) { return policy.Equivalent(x, y) })
			})
			b.Run(name+"/hashicorp", func(b *testing.B) {
				compare(b, c.want, func() (bool, error) { return awspolicy.PoliciesAreEquivalent(left, right) })
			})
		}
	}
}

func compare(b *testing.B, want bool, equivalent func() (bool, error)) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if got, err := equivalent(); err != nil || got != want {
			b.Fatalf("equivalent = %v, %v, want %v", got, err, want)
		}
	}
}
