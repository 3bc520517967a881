// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// drawLimited draws a plan that a limit withholds: long inline policies, or quotas without room.
func drawLimited(t *rapid.T) (situation, plan.Plan) {
	g := generator{T: t}
	g.long = g.in(4, "long")
	g.limited = !g.long || g.in(2, "limited")
	s := drawWith(g)
	p := s.diff(s.got)
	if !waitsForALimit(p) {
		t.Skip("no limit withholds the plan")
	}
	if s.got.Role != nil && inlineSize(s.got.Role) > iam.InlinePoliciesSize {
		t.Skip("IAM holds no such role")
	}
	return s, p
}

func waitsForALimit(p plan.Plan) bool {
	return slices.ContainsFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonLimitExceeded })
}

func TestAPlanThatALimitWithholdsNarrowsAndNothingElse(t *testing.T) {
	narrowing, tried := 0, 0
	laws.Check(t, func(t *rapid.T) {
		s, p := drawLimited(t)
		tried++
		w := world{Observation: s.got, quotas: s.quotas}
		w.run(p, never, unseen)
		if len(w.refused) > 0 {
			t.Fatalf("IAM refuses %q of %q", w.refused, p.Lines())
		}
		before, after := permitted(s.got.Role), permitted(w.Role)
		if extra := after &^ before; extra != 0 {
			t.Fatalf("%q permits %b more\nfrom %+v\nto %+v", steps(p), extra, s.got.Role, w.Role)
		}
		if s.got.Role == nil && len(p.Steps) > 0 {
			t.Fatalf("%q begins a role that cannot be completed", p.Lines())
		}
		if after != before {
			narrowing++
		}
	})
	t.Logf("%d of %d plans that a limit withholds take permission away", narrowing, tried)
}

func TestAPlanThatALimitWithholdsEndsWithItsFirstPassWhateverFailsBefore(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s, p := drawLimited(t)
		run := func(fails func(int) bool) meaning {
			w := world{Observation: s.got, quotas: s.quotas}
			w.run(p, fails, unseen)
			w.run(s.diff(w.Observation), never, unseen)
			again := s.diff(w.Observation)
			if len(again.Steps) > 0 {
				t.Fatalf("after %q there is still %q", p.Lines(), again.Lines())
			}
			if !waitsForALimit(again) {
				t.Fatalf("after %q no limit is named: %q", p.Lines(), again.Lines())
			}
			return meaningOf(w.Observation)
		}
		once := world{Observation: s.got, quotas: s.quotas}
		once.run(p, never, unseen)
		end := meaningOf(once.Observation)
		if diff := cmp.Diff(end, run(never), ignoreNil); diff != "" {
			t.Fatalf("a second pass goes on after %q (-first +second):\n%s", p.Lines(), diff)
		}
		for i := range p.Steps {
			for how, fails := range map[string]func(int) bool{
				"a crash":     func(step int) bool { return step >= i },
				"one failure": func(step int) bool { return step == i },
			} {
				if diff := cmp.Diff(end, run(fails), ignoreNil); diff != "" {
					t.Fatalf("%s of step %d of %q ends elsewhere (-without +with):\n%s", how, i, p.Lines(), diff)
				}
			}
		}
	})
}

func TestTooManyTagsKeepNoPermissionFromChanging(t *testing.T) {
	want := declared()
	want.Ignore.Tags = []string{"org:*"}
	want.Role.InlinePolicies = map[string]string{"ecsiam": rules("s3:GetObject")}
	got := observed(want)
	got.Role.InlinePolicies = map[string]string{"ecsiam": rules("s3:GetObject", "iam:PassRole")}
	for i := range 50 {
		got.Role.Tags["org:"+string(rune('A'+i))] = "x"
	}
	want.Role.Tags = maps.Clone(want.Role.Tags)
	want.Role.Tags["new"] = "y"
	p := plan.Diff(want, got, iam.DefaultQuotas())
	if len(p.Steps) != 1 || p.Steps[0].Op.Field() != "inline/ecsiam" || !waitsForALimit(p) {
		t.Errorf("the plan is %q", p.Lines())
	}
}
