// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"testing"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestAReadingIsStaleWhenItShowsWhatWasBeforeOurWrites(t *testing.T) {
	absent := iam.Observation{}
	role := func(attached ...string) iam.Observation {
		return iam.Observation{Role: &iam.Role{Name: "app", Attached: attached}}
	}
	tests := map[string]struct {
		before, believed, got iam.Observation
		want                  bool
	}{
		"the reading shows our writes":                         {absent, role("a"), role("a"), false},
		"the created role is missing":                          {absent, role("a"), absent, true},
		"the attachment is missing":                            {role(), role("a"), role(), true},
		"the detached policy is still there":                   {role("a"), role(), role("a"), true},
		"only one of two writes is shown":                      {role(), role("a", "b"), role("b"), true},
		"someone attached another":                             {role(), role("a"), role("a", "x"), false},
		"someone detached what was there before our writes":    {role("b"), role("a", "b"), role("a"), false},
		"someone deleted a role that was there before":         {role("a"), role("a"), absent, false},
		"the deleted role is still there":                      {role("a"), absent, role("a"), true},
		"nothing was written and nothing differs":              {role("a"), role("a"), role("a"), false},
		"the reading shows our writes and something stale":     {role("old"), role("a"), role("a", "old"), true},
		"the reading differs from both in the same attachment": {role("a"), role("a"), role("b"), false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := looksStale(tc.before, tc.believed, tc.got); got != tc.want {
				t.Errorf("looksStale is %t, want %t", got, tc.want)
			}
		})
	}
}

func TestAFieldIsContestedAfterThreeRepairsWithinAnHour(t *testing.T) {
	tests := map[string]struct {
		repaired []int // minutes
		at       int
		want     bool
	}{
		"two repairs":                           {[]int{0, 10}, 20, false},
		"three repairs":                         {[]int{0, 10, 20}, 30, true},
		"three repairs, an hour after the last": {[]int{0, 10, 20}, 80, false},
		"the repair of the next hour":           {[]int{0, 10, 20, 80}, 90, true},
		"after holding for an hour":             {[]int{0, 10, 20, 150}, 160, false},
		"three repairs in more than an hour":    {[]int{0, 40, 80}, 90, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			mem := NewStore(noon).Of("uid")
			after := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
			for _, minutes := range tc.repaired {
				mem.Repaired([]string{"trust"}, after(minutes))
			}
			if got := mem.Contested(after(tc.at))["trust"]; got != tc.want {
				t.Errorf("contested is %t, want %t", got, tc.want)
			}
		})
	}
}
