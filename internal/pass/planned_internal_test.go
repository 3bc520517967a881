// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
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
