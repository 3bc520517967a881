// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestThePlanOfAStatusSaysWhatBecameOfEachOperation(t *testing.T) {
	attach, detach := plan.AttachRolePolicy{Role: "app", ARN: "arn:aws:iam::aws:policy/A"}, plan.DeleteRole{Role: "app"}
	o := outcome{
		execution: execution{results: []result{
			{op: plan.DeleteRole{Role: "done"}, done: true},
			{op: attach, err: errors.New("broken")},
			{op: detach, waits: attach},
			{op: detach},
		}},
		plan: plan.Plan{Withheld: []plan.Withheld{{Op: detach, Reason: v1alpha1.ReasonHeld, Message: "so"}}},
	}
	var got []string
	for _, entry := range planStatus(o).Operations {
		message := entry.Message[strings.LastIndex(entry.Message, "("):]
		got = append(got, strings.Join([]string{
			entry.Action, string(entry.Effect), string(entry.State), string(entry.Reason), message,
		}, " "))
	}
	want := []string{
		"iam:AttachRolePolicy Widens Failed Unavailable (failed)",
		"iam:DeleteRole Narrows Withheld Progressing (withheld: waits for: " + attach.String() + ")",
		"iam:DeleteRole Narrows Pending  (pending)",
		"iam:DeleteRole Narrows Withheld Held (withheld: so)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestAnOperationSaysWhatChangedSinceAllWasApplied(t *testing.T) {
	applied := belief.Applied{Wanted: "w", Spec: "s", Account: "a", References: "r"}
	for want, now := range map[v1alpha1.OperationCause]belief.Applied{
		v1alpha1.CauseDrift:      applied,
		v1alpha1.CauseSpec:       {Wanted: "x", Spec: "x", Account: "x", References: "r"},
		v1alpha1.CauseAccount:    {Wanted: "x", Spec: "s", Account: "x", References: "r"},
		v1alpha1.CauseReferences: {Wanted: "x", Spec: "s", Account: "a", References: "x"},
		v1alpha1.CauseCatalogue:  {Wanted: "x", Spec: "s", Account: "a", References: "r"},
	} {
		if got := changed(applied, now); got != want {
			t.Errorf("%+v: %s, want %s", now, got, want)
		}
	}
}

func TestThePlanOfAStatusSaysWhatMayBeMissingInBetween(t *testing.T) {
	gap := plan.Gap{Cause: plan.Quota, What: "what policy arn:aws:iam::111122223333:policy/a permits"}
	waiting := outcome{plan: plan.Plan{
		Gaps: []plan.Gap{gap}, Withheld: []plan.Withheld{{Op: plan.DeleteRole{Role: "app"}, Reason: v1alpha1.ReasonDrifted}},
	}}
	want := []v1alpha1.PlanGap{{Cause: v1alpha1.GapQuota, Message: "what policy arn:aws:iam::…3333:policy/a permits"}}
	if diff := cmp.Diff(want, planStatus(waiting).Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if done := planStatus(outcome{plan: plan.Plan{Gaps: []plan.Gap{gap}}}); len(done.Gaps) > 0 {
		t.Errorf("a plan that is done still has the gaps %v", done.Gaps)
	}
}

func TestTheDigestOfAPlanFollowsItsContentAndNothingElse(t *testing.T) {
	of := func(document string, err error) string {
		op := plan.PutRolePolicy{Role: "app", Policy: "ecsiam", New: document}
		return planStatus(outcome{execution: execution{results: []result{{op: op, err: err}}}}).Digest
	}
	if of("a", nil) != of("a", errors.New("broken")) {
		t.Error("an operation that failed has another digest than before")
	}
	if of("a", nil) == of("b", nil) {
		t.Error("two documents have the same digest")
	}
	if empty := planStatus(outcome{}); empty.Digest != "" {
		t.Errorf("a plan without operations has the digest %s", empty.Digest)
	}
}

func TestALongPlanIsCutAndSaysHowManyOperationsAreMissing(t *testing.T) {
	var results []result
	for range planLimit + 7 {
		results = append(results, result{op: plan.DeleteRole{Role: strings.Repeat("x", 2*lineLimit)}})
	}
	status := planStatus(outcome{execution: execution{results: results}})
	if len(status.Operations) != planLimit || status.Omitted != 7 {
		t.Errorf("%d operations, %d omitted", len(status.Operations), status.Omitted)
	}
	if n := len(status.Operations[0].Message); n > lineLimit+len("…") {
		t.Errorf("a message has %d bytes", n)
	}
}
