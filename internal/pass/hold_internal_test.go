// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"errors"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

var (
	heldRequest = ctrl.Request{NamespacedName: types.NamespacedName{Namespace: "team", Name: "app"}}
	errNoRoom   = &iam.Error{Class: iam.ClassThrottled, RetryAfter: 3 * time.Second}
)

// holding is a reconciler over a clock, and a pass that the rate limit held back.
func holding() (*Reconciler, *clocktesting.FakePassiveClock, outcome) {
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	account := &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{ResyncIntervalSeconds: 300}}
	return New(Environment{Clock: clock}, plainKind{}), clock,
		outcome{scope: Scope{Account: account}, problems: []*Problem{classProblem(errNoRoom)}}
}

func TestWhatNobodyWaitsForIsRaisedOnceItWasHeldBackForAnInterval(t *testing.T) {
	r, clock, held := holding()
	began := clock.Now()
	for clock.Since(began) < 300*time.Second {
		if r.overdue.arrived(heldRequest, clock.Now()) {
			t.Fatalf("it goes before others after %s, want after five minutes", clock.Since(began))
		}
		again, is := r.hold(heldRequest, held, false)
		if !is || *again.Priority != priorityDrift || again.RequeueAfter != 3*time.Second {
			t.Fatalf("it comes again %+v (%t), want behind others after three seconds", again, is)
		}
		clock.SetTime(clock.Now().Add(again.RequeueAfter))
	}
	if !r.overdue.arrived(heldRequest, clock.Now()) {
		t.Error("it was held back for five minutes and does not go before others")
	}
}

func TestAUsersChangeThatWasHeldBackStaysUrgent(t *testing.T) {
	r, clock, held := holding()
	if again, _ := r.hold(heldRequest, held, true); *again.Priority != priorityChange {
		t.Errorf("it comes again with priority %d, want %d", *again.Priority, priorityChange)
	}
	if !r.overdue.arrived(heldRequest, clock.Now()) {
		t.Error("it is not urgent when it comes again")
	}
}

func TestBeingHeldBackIsToldAfterAMinuteAndNotBefore(t *testing.T) {
	r, clock, held := holding()
	for after, want := range []bool{0: false, 59: false, 60: true} {
		if after != 0 && after < 59 {
			continue
		}
		clock.SetTime(time.Date(2026, 1, 2, 12, 0, after, 0, time.UTC))
		r.hold(heldRequest, held, true)
		if got := r.holds.long(heldRequest, clock.Now()); got != want {
			t.Errorf("after %d seconds it is told %t, want %t", after, got, want)
		}
	}
	if _, is := r.hold(heldRequest, outcome{}, true); is || r.holds.long(heldRequest, clock.Now()) {
		t.Error("a pass that was not held back leaves the object held")
	}
}

func TestAPassThatWroteOrThatAWSThrottledIsNotTakenForHeldBack(t *testing.T) {
	_, _, held := holding()
	throttledByAWS := outcome{problems: []*Problem{classProblem(&iam.Error{Class: iam.ClassThrottled, Code: "Throttling"})}}
	wrote := held
	wrote.execution.results = []result{{done: true}}
	for what, o := range map[string]outcome{"AWS throttled it": throttledByAWS, "it wrote": wrote} {
		if o.heldBack() != nil {
			t.Errorf("%s, and it is taken for one that did nothing", what)
		}
	}
}

func TestThrottlingByAWSIsNotWaitedForLongerThanTheRateLimitAsks(t *testing.T) {
	s := schedule{failures: 20}
	p := classProblem(&iam.Error{Class: iam.ClassThrottled, Code: "Throttling", RetryAfter: 4 * time.Second})
	if got := s.wait(outcome{}, p); got != throttledRetry {
		t.Errorf("after many throttled passes it comes again after %s, want %s", got, throttledRetry)
	}
	if got := s.wait(outcome{}, classProblem(errNoRoom)); got != errNoRoom.RetryAfter {
		t.Errorf("held back it comes again after %s, want when the rate limit has room, after %s", got, errNoRoom.RetryAfter)
	}
}

func TestARetainedEntityIsNotLetGoOfBecauseTheRateLimitHoldsItBack(t *testing.T) {
	r, _, held := holding()
	role := &v1alpha1.ECSRole{}
	turn := r.newTurn(role)
	for range 2 * releaseAttempts {
		turn.mem.Failed(true)
	}
	if err := turn.releaseWithout(t.Context(), held.problems[0], "it is retained"); !errors.Is(err, held.problems[0]) {
		t.Errorf("got %v, want that it waits", err)
	}
}
