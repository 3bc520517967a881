// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestTheRateLimitAnswersThrottlingUntilTokensReturn(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(time.Unix(1_800_000_000, 0))
	sim := start(t, iamsim.Options{Clock: clock})
	c := client(sim)
	createRole(t, c, "r")
	sim.SetRateLimit(2, 3)
	var codes []string
	for range 4 {
		_, err := getRole(t, c, "r")
		codes = append(codes, code(err))
	}
	clock.SetTime(clock.Now().Add(time.Second))
	for range 3 {
		_, err := getRole(t, c, "r")
		codes = append(codes, code(err))
	}
	want := []string{"", "", "", "Throttling", "", "", "Throttling"}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("answers differ (-want +got):\n%s", diff)
	}
}

func TestTheRateLimitIsPerAccountAndSparesSTS(t *testing.T) {
	sim := start(t, iamsim.Options{Clock: clocktesting.NewFakePassiveClock(time.Unix(1_800_000_000, 0))})
	sim.SetRateLimit(1, 1)
	for _, key := range []string{"111111111111", "222222222222"} {
		for range 3 {
			_, err := sts.NewFromConfig(config(sim, key)).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			wantCode(t, err, "")
		}
		c := iam.NewFromConfig(config(sim, key))
		_, err := c.ListRoles(t.Context(), &iam.ListRolesInput{})
		wantCode(t, err, "")
		_, err = c.ListRoles(t.Context(), &iam.ListRolesInput{})
		wantCode(t, err, "Throttling")
	}
}

func TestTheSDKRetriesAThrottledCallByItself(t *testing.T) {
	sim := start(t, iamsim.Options{})
	cfg := config(sim, "key")
	cfg.RetryMaxAttempts = 3
	sim.FailNth("ListRoles", 1, "Throttling")
	_, err := iam.NewFromConfig(cfg).ListRoles(t.Context(), &iam.ListRolesInput{})
	wantCode(t, err, "")
	if got := iamsim.Count(sim.Calls(), "ListRoles"); got != 2 {
		t.Errorf("got %d calls, want 2", got)
	}
}

func TestTheNthCallFailsAndIsNotCarriedOut(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	sim.FailNth("CreateRole", 2, "ServiceFailure")
	createRole(t, c, "a")
	_, err := tryCreateRole(t, c, "b")
	wantCode(t, err, "ServiceFailure")
	if _, ok := sim.Role("b"); ok {
		t.Error("the failed call created the role")
	}
	createRole(t, c, "b")
}

func TestMatchingCallsFailAsOftenAsAsked(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	sim.Fail("CreateRole", "ConcurrentModification", 2, func(call iamsim.Call) bool { return call.Param("RoleName") == "b" })
	createRole(t, c, "a")
	for range 2 {
		_, err := tryCreateRole(t, c, "b")
		wantCode(t, err, "ConcurrentModification")
	}
	createRole(t, c, "b")
}

func TestAFailureCarriesItsMessageAndNewFailuresWaitForOldOnes(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	invalid := iamsim.Fault{
		Action: "CreateRole", Code: "MalformedPolicyDocument", Message: "Invalid principal in policy: x", Times: 1,
	}
	sim.AddFault(invalid)
	sim.FailNth("", 1, "ServiceUnavailable")
	_, err := tryCreateRole(t, c, "r")
	wantCode(t, err, "MalformedPolicyDocument")
	if !strings.Contains(err.Error(), invalid.Message) {
		t.Errorf("got %v, want the message %q", err, invalid.Message)
	}
	_, err = tryCreateRole(t, c, "r")
	wantCode(t, err, "ServiceUnavailable")
	createRole(t, c, "r")
}

func TestADeniedActionIsAccessDeniedUntilAllowed(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	sim.Deny("CreateRole", "GetRole")
	_, err := tryCreateRole(t, c, "r")
	wantCode(t, err, "AccessDenied")
	sim.Allow("CreateRole")
	createRole(t, c, "r")
	_, err = getRole(t, c, "r")
	wantCode(t, err, "AccessDenied")
	sim.ClearFaults()
	_, err = getRole(t, c, "r")
	wantCode(t, err, "")
}

func TestACrashBeforeAWriteLeavesNothingAndOneAfterItLeavesTheWrite(t *testing.T) {
	for moment, made := range map[iamsim.Moment]bool{iamsim.Before: false, iamsim.After: true} {
		t.Run(string(moment), func(t *testing.T) {
			sim := start(t, iamsim.Options{})
			sim.SetCrashHook(func(call iamsim.Call, at iamsim.Moment) bool { return call.Action == "CreateRole" && at == moment })
			_, err := tryCreateRole(t, client(sim), "r")
			if err == nil {
				t.Error("the call succeeded, want the connection cut")
			}
			if _, ok := sim.Role("r"); ok != made {
				t.Errorf("the role exists: %t, want %t", ok, made)
			}
			if got := iamsim.Count(sim.Calls(), "CreateRole"); got != 1 {
				t.Errorf("got %d calls in the log, want 1", got)
			}
		})
	}
}

func TestTheCrashHookDoesNotSeeReadsAndRefusedWritesAreNotAfter(t *testing.T) {
	sim := start(t, iamsim.Options{})
	var seen []string
	sim.SetCrashHook(func(call iamsim.Call, at iamsim.Moment) bool {
		seen = append(seen, call.Action+" "+string(at))
		return false
	})
	c := client(sim)
	createRole(t, c, "r")
	_, _ = getRole(t, c, "r")
	_, err := tryCreateRole(t, c, "r")
	wantCode(t, err, "EntityAlreadyExists")
	want := []string{"CreateRole before", "CreateRole after", "CreateRole before"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("what the hook saw differs (-want +got):\n%s", diff)
	}
}

func TestLatencyHoldsACallUntilItsCallerGivesUp(t *testing.T) {
	sim := start(t, iamsim.Options{})
	sim.SetLatency(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() {
		_, err := client(sim).ListRoles(ctx, &iam.ListRolesInput{})
		answered <- err
	}()
	cancel()
	if err := <-answered; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the call cancelled", err)
	}
}

func TestThePageLimitCutsEveryList(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	for _, name := range []string{"a", "b", "c"} {
		createRole(t, c, name)
	}
	sim.SetPageLimit(2)
	out, err := c.ListRoles(t.Context(), &iam.ListRolesInput{MaxItems: aws.Int32(1000)})
	wantCode(t, err, "")
	if len(out.Roles) != 2 || !out.IsTruncated {
		t.Errorf("got %d roles, truncated %t, want 2 and truncated", len(out.Roles), out.IsTruncated)
	}
}
