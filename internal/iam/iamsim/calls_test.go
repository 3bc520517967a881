// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestTheCallLogHoldsEveryCallWithItsOutcome(t *testing.T) {
	sim := start(t, iamsim.Options{})
	cfg := config(sim, "AKIAKEY")
	cfg.AppID = "payments-checkout"
	c := iam.NewFromConfig(cfg)
	createRole(t, c, "r")
	_, err := getRole(t, c, "absent")
	wantCode(t, err, "NoSuchEntity")
	calls := sim.Calls()
	if len(calls) != 2 {
		t.Fatalf("got %d calls, want 2", len(calls))
	}
	created, read := calls[0], calls[1]
	want := iamsim.Call{
		Time: created.Time, Service: "iam", Action: "CreateRole", Params: created.Params, Account: "111122223333",
		AccessKeyID: "AKIAKEY", CallerARN: "arn:aws:iam::111122223333:user/operator", UserAgent: created.UserAgent,
		Write: true, Status: 200,
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("the first call differs (-want +got):\n%s", diff)
	}
	if got := created.Param("RoleName"); got != "r" {
		t.Errorf("got the role name %q, want r", got)
	}
	if got := created.UserAgent; !strings.Contains(got, "app/payments-checkout") {
		t.Errorf("got the user agent %q, want it to name the application", got)
	}
	if read.Write || read.ErrorCode != "NoSuchEntity" || read.Status != 404 {
		t.Errorf("got write %t, code %s, status %d, want a read with NoSuchEntity and 404", read.Write, read.ErrorCode, read.Status)
	}
}

func TestTheCallLogIsCountedByActionAndKind(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	createRole(t, c, "a")
	createRole(t, c, "b")
	_, _ = getRole(t, c, "a")
	_, _ = getRole(t, c, "absent")
	_, _ = sts.NewFromConfig(config(sim, "key")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	calls := sim.Calls()
	got := []int{
		iamsim.Count(calls, "CreateRole", "GetRole"), len(iamsim.Writes(calls)), len(iamsim.Reads(calls)),
		len(iamsim.Failed(calls)), iamsim.CountByAction(calls)["GetCallerIdentity"],
	}
	if diff := cmp.Diff([]int{4, 2, 2, 1, 1}, got); diff != "" {
		t.Errorf("counts differ (-want +got):\n%s", diff)
	}
	sim.ResetCalls()
	if left := sim.Calls(); len(left) != 0 {
		t.Errorf("got %d calls after the reset, want none", len(left))
	}
}

func TestALimitedCallLogKeepsTheNewestCalls(t *testing.T) {
	sim := start(t, iamsim.Options{CallLogLimit: 3})
	c := client(sim)
	for range 10 {
		_, _ = c.ListRoles(t.Context(), &iam.ListRolesInput{})
	}
	_, _ = c.ListRoles(t.Context(), &iam.ListRolesInput{PathPrefix: aws.String("/last/")})
	calls := sim.Calls()
	if len(calls) < 3 || len(calls) >= 6 {
		t.Errorf("got %d calls, want from 3 to 5", len(calls))
	}
	if got := calls[len(calls)-1].Param("PathPrefix"); got != "/last/" {
		t.Errorf("got %q as the last path prefix, want /last/", got)
	}
}
