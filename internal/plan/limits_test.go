// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
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
		p := plan.Diff(want, got, iam.DefaultQuotas())
		held := len(p.Steps) == 0 && len(p.Withheld) == 1 && p.Withheld[0].Reason == v1alpha1.ReasonLimitExceeded &&
			strings.Contains(p.Withheld[0].Message, "theirs")
		if held != e.holds || !e.holds && len(p.Withheld) > 0 {
			t.Errorf("%s: withheld %v, steps %v", name, p.Withheld, p.Lines())
		}
	}
}

// expectWithheld expects a plan that makes no call, whose first fault is a limit and has all the parts in its message.
func expectWithheld(t *testing.T, p plan.Plan, parts ...string) {
	t.Helper()
	if len(p.Steps) > 0 {
		t.Errorf("still does %q", steps(p))
	}
	i := slices.IndexFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonLimitExceeded })
	if i < 0 {
		t.Fatalf("no limit is named in %q", p.Lines())
	}
	for _, part := range parts {
		if message := p.Withheld[i].Message; !strings.Contains(message, part) {
			t.Errorf("%q lacks %q", message, part)
		}
	}
}

func TestTheQuotaOfAttachmentsIsToldBeforeTheFirstCall(t *testing.T) {
	for name, e := range map[string]struct {
		declared int
		got      func(*desired.Role, *iam.Observation)
		parts    []string
	}{
		"one that only denies and that others attached": {10, func(_ *desired.Role, o *iam.Observation) {
			undeclared(o, map[string]string{arn("quarantine"): managed[arn("quarantine")]})
		}, []string{"11 managed policies", "allows 10", `"Managed policies per role"`, "10 are declared", "quarantine"}},
		"one that is ignored": {10, func(w *desired.Role, o *iam.Observation) {
			w.Ignore.ManagedPolicyARNs = []string{"*/audit"}
			undeclared(o, map[string]string{arn("audit"): managed[arn("m1")]})
		}, []string{"11 managed policies", "10 are declared", "audit"}},
		"one that cannot be read": {10, func(_ *desired.Role, o *iam.Observation) {
			o.Role.Attached = append(o.Role.Attached, arn("secret"))
		}, []string{"11 managed policies", "10 are declared", "secret"}},
		"too many declared": {11, func(*desired.Role, *iam.Observation) {}, []string{"11 managed policies", "11 are declared"}},
		"beside what goes": {10, func(w *desired.Role, o *iam.Observation) {
			w.Ignore.ManagedPolicyARNs = []string{"*/audit"}
			undeclared(o, map[string]string{arn("audit"): managed[arn("m1")], arn("m2"): managed[arn("m2")]})
		}, []string{"11 managed policies", "audit"}},
	} {
		t.Run(name, func(t *testing.T) {
			want, got := declared(), observed(declared())
			for i := range e.declared {
				want.Role.Attached = append(want.Role.Attached, arn(fmt.Sprintf("p%d", i)))
			}
			e.got(&want, &got)
			expectWithheld(t, plan.Diff(want, got, iam.DefaultQuotas()), e.parts...)
		})
	}
}

func TestAnAttachmentThatTakesTheRoomOfOneThatGoesExceedsNoQuota(t *testing.T) {
	want, got := declared(), observed(declared())
	want.Role.Attached = []string{arn("m1")}
	undeclared(&got, map[string]string{arn("m2"): managed[arn("m2")], arn("quarantine"): managed[arn("quarantine")]})
	p := plan.Diff(want, got, iam.Quotas{AttachedPoliciesPerRole: 2})
	if len(p.Steps) != 2 || len(p.Withheld) > 0 {
		t.Errorf("the plan is %q", p.Lines())
	}
}

func TestWhoseDenialsMakeATrustPolicyTooLongIsSaid(t *testing.T) {
	theirs := breach
	theirs.Condition = policy.Condition{"StringEquals": {"aws:SourceAccount": {strings.Repeat("1", 2000)}}}
	tasks := policy.Statement{Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}}
	lambda := policy.Statement{Principal: &policy.Principal{Service: []string{"lambda.amazonaws.com"}}}
	for name, e := range map[string]struct {
		trust, boundary string
		adopted         bool
	}{
		"wider":                           {trusting(tasks, theirs), "", false},
		"exchanged":                       {trusting(lambda, theirs), "", false},
		"while the boundary is exchanged": {trusting(tasks, lambda, theirs), arn("boundary2"), false},
		"adopted":                         {trusting(lambda, theirs), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			want := declared()
			want.Role.Trust, want.Role.Boundary = trustsBoth, e.boundary
			got := observed(want)
			got.Role.Trust = e.trust
			if e.boundary != "" {
				got.Role.Boundary = arn("boundary1")
			}
			if e.adopted {
				want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
				delete(got.Role.Tags, v1alpha1.TagOwner)
			}
			p := plan.Diff(want, got, iam.DefaultQuotas())
			p.Steps = slices.DeleteFunc(p.Steps, func(s plan.Step) bool { return s.Op.Field() == "tags" })
			expectWithheld(t, p, "counted characters", "allows 2048", `"Role trust policy length"`, theirs.Sid)
		})
	}
}

func TestTheLimitOfTagsIsToldBeforeTheFirstCall(t *testing.T) {
	want := declared()
	want.Ignore.Tags, want.Role.InlinePolicies["ecsiam"] = []string{"org:*"}, rules("s3:GetObject")
	want.Role.Tags["new"] = "x"
	got := observed(want)
	delete(got.Role.Tags, "new")
	for i := range iam.TagsPerRole - len(got.Role.Tags) {
		got.Role.Tags[fmt.Sprintf("org:%d", i)] = "x"
	}
	expectWithheld(t, plan.Diff(want, got, iam.DefaultQuotas()), "51 tags", "allows 50", "3 are declared", "org:7")
}

func TestAPlanThatALimitWithholdsWritesNoCopyOfWhatWouldGo(t *testing.T) {
	for name, adopted := range map[string]bool{"of an own role": false, "of a role that is adopted": true} {
		t.Run(name, func(t *testing.T) {
			theirs := breach
			theirs.Condition = policy.Condition{"StringEquals": {"aws:SourceAccount": {strings.Repeat("1", 2000)}}}
			want := declared()
			want.Role.Trust, want.Role.Attached = trustsBoth, []string{arn("m4")}
			got := observed(want)
			got.Role.Trust = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"lambda.amazonaws.com"}}}, theirs)
			got.Role.Attached = nil
			undeclared(&got, map[string]string{arn("m2"): managed[arn("m2")]})
			got.PolicyDocuments[arn("m4")] = managed[arn("m4")]
			if adopted {
				want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
				delete(got.Role.Tags, v1alpha1.TagOwner)
			}
			p := plan.Diff(want, got, iam.DefaultQuotas())
			if fields := p.Fields(); len(fields) > 0 && !slices.Equal(fields, []string{"tags"}) {
				t.Errorf("still does %q", steps(p))
			}
			again := plan.Diff(want, apply(got, p), iam.DefaultQuotas())
			expectWithheld(t, again, `"Role trust policy length"`)
		})
	}
}

func TestADenialDoesNotWaitForRoomThatTheRestNeeds(t *testing.T) {
	want := declared()
	for i := range 11 {
		want.Role.Attached = append(want.Role.Attached, arn(fmt.Sprintf("p%d", i)))
	}
	want.Role.InlinePolicies["ecsiam"] = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},` +
		`{"Sid":"EcsIamDeny1","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}]}`
	got := observed(want)
	got.Role.Attached = want.Role.Attached[:9]
	got.Role.InlinePolicies = map[string]string{"ecsiam": rules("s3:GetObject", "s3:DeleteObject")}
	p := plan.Diff(want, got, iam.DefaultQuotas())
	if fields := p.Fields(); !slices.Equal(fields, []string{"inline/ecsiam"}) {
		t.Fatalf("the plan is %q", steps(p))
	}
	if widened := p.Steps[0].Op.Effect().Widens(); widened {
		t.Errorf("%q gives beside the denial", steps(p))
	}
	again := plan.Diff(want, apply(got, p), iam.DefaultQuotas())
	expectWithheld(t, again, `"Managed policies per role"`)
}
