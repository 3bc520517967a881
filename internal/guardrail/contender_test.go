// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

func contenders() *rapid.Generator[[]guardrail.Contender] {
	epoch := time.Unix(0, 0)
	return rapid.Custom(func(t *rapid.T) []guardrail.Contender {
		list := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) guardrail.Contender {
			return guardrail.Contender{
				Namespace: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "namespace"),
				Name:      rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "name"),
				Created:   epoch.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "age")) * time.Second),
				Right:     guardrail.Right(rapid.IntRange(0, 3).Draw(t, "right")),
				Lost:      rapid.Bool().Draw(t, "lost"),
			}
		}), 1, 5, func(c guardrail.Contender) string { return c.Namespace + "/" + c.Name })
		return list.Draw(t, "contenders")
	})
}

// wins tells whether nobody wins over the contender and it may win itself.
func wins(all []guardrail.Contender, i int) bool {
	rivals := append(append([]guardrail.Contender{}, all[:i]...), all[i+1:]...)
	return all[i].Contends() && all[i].Winner(rivals) == nil
}

func TestOneContenderWinsAtMostWhateverTheOrder(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		all := contenders().Draw(t, "all")
		winners, contending := 0, 0
		for i := range all {
			if wins(all, i) {
				winners++
			}
			if all[i].Contends() {
				contending++
			}
		}
		if winners > 1 || winners == 0 && contending > 0 {
			t.Fatalf("%d winners of %d", winners, contending)
		}
	})
}

func TestRefusedClaimNeverWinsByWaiting(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		all := contenders().Draw(t, "all")
		// Everybody looks once, and those who lose remember it; then others go and come, in any order.
		for i := range all {
			all[i].Lost = all[i].Lost || !wins(all, i)
		}
		left := rapid.SliceOfN(rapid.Bool(), len(all), len(all)).Draw(t, "left")
		var now []guardrail.Contender
		for i := range all {
			if !left[i] {
				now = append(now, all[i])
			}
		}
		for i := range now {
			if now[i].Lost && wins(now, i) {
				t.Fatalf("%+v wins although it lost", now[i])
			}
		}
	})
}

func TestHomeNamespaceWinsOverAnyOlderClaim(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		all := contenders().Draw(t, "all")
		for i := range all {
			if all[i].Right != guardrail.RightHome && wins(all, i) {
				for _, other := range all {
					if other.Right == guardrail.RightHome && other.Contends() {
						t.Fatalf("%+v wins over %+v", all[i], other)
					}
				}
			}
		}
	})
}
