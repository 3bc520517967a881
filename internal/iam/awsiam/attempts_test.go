// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestAThrottledCallIsNotRepeatedAndSaysWhenToComeAgain(t *testing.T) {
	for code, status := range map[string]int{"Throttling": 400, "RequestLimitExceeded": 503} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				a := newDirect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					calls++
					answer(status, code, "Rate exceeded")(w, r)
				}), awsiam.Options{})
				err := a.AttachRolePolicy(t.Context(), "r", execution)
				if e := errorOf(t, err); e.Class != iam.ClassThrottled || e.RetryAfter < time.Second {
					t.Errorf("error is %+v, want throttled with a time to come again", e)
				}
				if calls != 1 {
					t.Errorf("%d calls were sent, want 1", calls)
				}
			})
		})
	}
}

func TestAFailureOfAWSIsRepeatedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		a := newDirect(sim, awsiam.Options{})
		create(t, a, iam.Role{Name: "r", Trust: trust})
		sim.ResetCalls()

		sim.Fail("AttachRolePolicy", "ServiceFailure", 2, nil)
		must(t, a.AttachRolePolicy(t.Context(), "r", execution))
		if n := iamsim.Count(sim.Calls(), "AttachRolePolicy"); n != 3 {
			t.Errorf("%d attempts, want 3", n)
		}
		sim.ResetCalls()
		sim.Fail("AttachRolePolicy", "ServiceFailure", -1, nil)
		begin := time.Now()
		if err := a.AttachRolePolicy(t.Context(), "r", execution); iam.Classify(err) != iam.ClassUnavailable {
			t.Errorf("error is %v, want unavailable", err)
		}
		if n := iamsim.Count(sim.Calls(), "AttachRolePolicy"); n != 3 {
			t.Errorf("%d attempts before giving up, want 3", n)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("three attempts kept a worker for %s", took)
		}
	})
}

// A create that was carried out and whose answer was lost must not be repeated: it would find its own role.
func TestACreateIsNotRepeated(t *testing.T) {
	for action, create := range map[string]func(context.Context, iam.Account) error{
		"CreateRole": func(ctx context.Context, a iam.Account) error {
			_, _, err := a.CreateRole(ctx, iam.Role{Name: "new", Trust: trust})
			return err
		},
		"CreateInstanceProfile": func(ctx context.Context, a iam.Account) error {
			_, _, err := a.CreateInstanceProfile(ctx, iam.InstanceProfile{Name: "new"})
			return err
		},
	} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			sim.SetCrashHook(func(_ iamsim.Call, when iamsim.Moment) bool { return when == iamsim.After })
			if err := create(t.Context(), a); iam.Classify(err) != iam.ClassUnavailable {
				t.Errorf("error is %v, want unavailable", err)
			}
			if n := iamsim.Count(sim.Calls(), action); n != 1 {
				t.Errorf("%d calls, want 1", n)
			}
		})
	}
}

// busy makes calls until one is throttled, and then leaves the account with a rate of a call a second.
func busy(t *testing.T, a *awsiam.Account) {
	t.Helper()
	for range 20 {
		if iam.Classify(a.DeleteRole(t.Context(), "absent")) == iam.ClassThrottled {
			time.Sleep(3 * time.Second)
		}
	}
}

func TestAThrottledAccountParksNoWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		a := newDirect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent++
			answer(400, "Throttling", "Rate exceeded")(w, r)
		}), awsiam.Options{})
		busy(t, a)
		sent = 0

		begin := time.Now()
		var workers sync.WaitGroup
		for range 100 {
			workers.Go(func() {
				_, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
				e := errorOf(t, err)
				if e.Class != iam.ClassThrottled || e.RetryAfter < time.Second {
					t.Errorf("error is %+v, want throttled with a time to come again", e)
				}
			})
		}
		workers.Wait()
		if took := time.Since(begin); took > time.Second {
			t.Errorf("workers were kept for %s", took)
		}
		if sent > 1 {
			t.Errorf("%d calls were sent to an account that throttles, want at most 1", sent)
		}
	})
}

func TestACallWaitsForItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		a := newDirect(sim, awsiam.Options{RateLimit: awsiam.RateLimit{QPS: 2, Burst: 1}})
		begin := time.Now()
		for range 5 {
			if err := a.DeleteRole(t.Context(), "absent"); !iam.IsNotFound(err) {
				t.Fatalf("error is %v, want not found", err)
			}
		}
		if took := time.Since(begin); took.Round(time.Millisecond) != 2*time.Second {
			t.Errorf("five calls at two a second, the first at once, took %s, want 2s", took)
		}
	})
}

func TestACallerThatLeavesWhileItWaitsSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		a := newDirect(sim, awsiam.Options{RateLimit: awsiam.RateLimit{QPS: 1, Burst: 1}})
		_ = a.DeleteRole(t.Context(), "absent")
		sim.ResetCalls()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := a.DeleteRole(ctx, "absent"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want deadline exceeded", err)
		}
		if n := len(sim.Calls()); n != 0 {
			t.Errorf("%d calls were sent, want none", n)
		}
	})
}

func TestACallInHasteIsGivenUpAfterASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		sim.SetLatency(3 * time.Second)
		a := newDirect(sim, awsiam.Options{})
		for haste, ctx := range map[bool]context.Context{false: t.Context(), true: iam.WithHaste(t.Context())} {
			began := time.Now()
			err := a.DeleteRole(ctx, "absent")
			if took := time.Since(began); iam.IsNotFound(err) == haste || haste && took != time.Second {
				t.Errorf("in haste %t: %v after %s", haste, err, took)
			}
			if haste && iam.Classify(err) != iam.ClassUnavailable {
				t.Errorf("the error is %v, want that AWS does not answer", err)
			}
		}
		time.Sleep(3 * time.Second)
	})
}

func TestOnlyTheFirstCallOfAPassIsHeldBackEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newDirect(iamsim.New(iamsim.Options{}), awsiam.Options{RateLimit: awsiam.RateLimit{QPS: 1, Burst: 1}})
		pass := iam.WithPass(t.Context())
		for call, ctx := range []context.Context{pass, pass, iam.WithPass(t.Context())} {
			err := a.DeleteRole(ctx, "absent")
			if got, want := iam.HeldBack(err), call == 2; got != want {
				t.Errorf("call %d is held back %t (%v), want %t", call, got, err, want)
			}
		}
		if wait := a.HeldBack(t.Context()); wait <= 0 {
			t.Error("a pass that begins is not told to come later")
		}
	})
}

// reconcile makes the calls of one pass over a role with one inline and two attached policies.
func reconcile(ctx context.Context, a iam.Account, want iam.Role) error {
	ctx = iam.WithPass(ctx)
	seen, err := a.Observe(ctx, iam.Query{RoleName: want.Name, Expected: want.Attached})
	if err != nil {
		return err
	}
	if seen.Role == nil {
		if _, _, err := a.CreateRole(ctx, want); err != nil {
			return err
		}
		seen.Role = &iam.Role{}
	}
	if seen.Role.InlinePolicies["ecsiam"] == "" {
		if err := a.PutRolePolicy(ctx, want.Name, "ecsiam", document); err != nil {
			return err
		}
	}
	for _, arn := range want.Attached[min(len(seen.Role.Attached), len(want.Attached)):] {
		if err := a.AttachRolePolicy(ctx, want.Name, arn); err != nil {
			return err
		}
	}
	return nil
}

// Time is simulated; SDK, limiter, simulator and workers are real.
func TestTwoHundredRolesConvergeThroughTheSDK(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roles, workers, rate, burst = 200, 10, 20, 40
		sim := iamsim.New(iamsim.Options{})
		sim.SetRateLimit(rate, burst)
		sim.SetLatency(20 * time.Millisecond)
		a := newDirect(sim, awsiam.Options{})

		queue := make(chan iam.Role, roles)
		for i := range roles {
			role := checkoutRole()
			role.Name = "role-" + strconv.Itoa(i)
			queue <- role
		}
		var open sync.WaitGroup
		open.Add(roles)
		for range workers {
			go func() {
				for role := range queue {
					var held *iam.Error
					switch err := reconcile(t.Context(), a, role); {
					case err == nil:
						open.Done()
					case errors.As(err, &held) && held.RetryAfter > 0:
						time.AfterFunc(held.RetryAfter, func() { queue <- role })
					default:
						t.Error(err)
						open.Done()
					}
				}
			}()
		}
		begin := time.Now()
		open.Wait()
		took := time.Since(begin)
		close(queue)

		calls := len(sim.Calls())
		throttled := 0
		for _, call := range sim.Calls() {
			if call.ErrorCode == "Throttling" {
				throttled++
			}
		}
		allowed := time.Duration(roles*5-burst) * time.Second / rate
		t.Logf("%d calls in %s, allowed %s; %d throttled", calls, took, allowed, throttled)
		if took > allowed*13/10 {
			t.Errorf("took %s, more than 1.3 times the %s that the bucket allows", took, allowed)
		}
		if throttled*100 >= calls*2 {
			t.Errorf("%d of %d calls were throttled, 2 %% or more", throttled, calls)
		}
		if n := len(sim.Roles()); n != roles {
			t.Errorf("%d roles, want %d", n, roles)
		}
	})
}
