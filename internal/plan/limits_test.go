// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestDiffInlineChangesInlinePoliciesAndNothingElse(t *testing.T) {
	want := declared()
	want.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
	got := observed(want)
	got.Role.InlinePolicies = map[string]string{"ecsiam": rules("s3:GetObject", "iam:PassRole")}
	got.Role.Trust, got.Role.Description, got.Role.Boundary = trustsEC2, "another", "arn:aws:iam::aws:policy/ReadOnlyAccess"
	got.Role.Tags["team"], got.Role.Attached = "orders", []string{"arn:aws:iam::aws:policy/AdministratorAccess"}
	p := plan.DiffInline(want, got, iam.DefaultQuotas())
	if diff := cmp.Diff([]string{"inline/ecsiam"}, p.Fields()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestDiffInlineLeavesAloneWhatIsMissingOrNotOurs(t *testing.T) {
	want := declared()
	want.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
	foreign := observed(want)
	foreign.Role.InlinePolicies = nil
	foreign.Role.Tags = map[string]string{v1alpha1.TagOwner: otherOwner}
	for name, got := range map[string]iam.Observation{"missing": {}, "not ours": foreign} {
		if p := plan.DiffInline(want, got, iam.DefaultQuotas()); !p.Empty() {
			t.Errorf("%s: got %v", name, p.Lines())
		}
	}
}

func TestInlineLimitCountsWhatOthersAdded(t *testing.T) {
	long := func(n int) string { return rules("s3:" + strings.Repeat("x", n)) }
	for name, e := range map[string]struct {
		declared, theirs int
		ignored, holds   bool
	}{
		"there is room for both":                {4000, 4000, true, false},
		"theirs leaves no room":                 {6000, 6000, true, true},
		"theirs is not ignored and goes anyway": {6000, 6000, false, false},
	} {
		want := declared()
		want.Role.InlinePolicies["ecsiam"] = long(e.declared)
		if e.ignored {
			want.Ignore.InlinePolicies = []string{"their*"}
		}
		got := observed(want)
		got.Role.InlinePolicies = map[string]string{"theirs": long(e.theirs)}
		p := plan.Diff(want, got, iam.DefaultQuotas()).Permit(plan.InlineLimit(want, got))
		held := len(p.Withheld) == 1 && p.Withheld[0].Reason == v1alpha1.ReasonLimitExceeded &&
			strings.Contains(p.Withheld[0].Message, "theirs")
		if held != e.holds || !e.holds && len(p.Withheld) > 0 {
			t.Errorf("%s: withheld %v, steps %v", name, p.Withheld, p.Lines())
		}
	}
}
