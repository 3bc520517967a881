// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// after is a moment on the limiter's time line.
func after(d time.Duration) time.Time { return noon.Add(d) }

// bookAt is a booking that may wait as long as a call under way.
func bookAt(t *testing.T, l *limiter, now time.Time) slot {
	t.Helper()
	s, ok := l.book(now, now, caller{urgent: true})
	if !ok {
		t.Fatalf("no slot at %s", now)
	}
	return s
}

// drive makes n calls from now on, each at its slot, all let in, and returns the time of the last.
func drive(t *testing.T, l *limiter, now time.Time, n int) time.Time {
	t.Helper()
	for range n {
		s := bookAt(t, l, now)
		l.success(s)
		now = s.at
	}
	return now
}

func wantRate(t *testing.T, l *limiter, want float64) {
	t.Helper()
	if got := l.currentRate(); got < want*0.99 || got > want*1.01 {
		t.Errorf("rate is %.2f calls a second, want %.2f", got, want)
	}
}

func TestABurstIsSpentAtTwiceTheRateAndThenTheRateHolds(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	if last := drive(t, l, noon, 100); !last.Equal(after(990 * time.Millisecond)) {
		t.Errorf("the hundredth call is at %s, want 0.99 s after the first", last.Sub(noon))
	}
	begin := drive(t, l, noon, 110)
	if took := drive(t, l, begin, 50).Sub(begin); took < 990*time.Millisecond || took > 1010*time.Millisecond {
		t.Errorf("fifty calls after the burst take %s, want a second", took)
	}
}

func TestTheFirstThrottledCallHalvesTheRate(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	s := bookAt(t, l, noon)
	l.throttled(after(20*time.Millisecond), s)
	wantRate(t, l, 25)
}

func TestAfterAThrottledCallNothingIsSentForAMoment(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.throttled(noon, bookAt(t, l, noon))
	want := after(settlePause + time.Second/25)
	if got := bookAt(t, l, noon).at; got.Sub(want).Abs() > time.Millisecond {
		t.Errorf("next slot is %s after the throttled call, want %s", got.Sub(noon), want.Sub(noon))
	}
}

func TestCallsThatWereInFlightTogetherBackOffOnce(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	var inFlight []slot
	for range 10 {
		inFlight = append(inFlight, bookAt(t, l, noon))
	}
	for _, s := range inFlight {
		l.throttled(after(20*time.Millisecond), s)
	}
	wantRate(t, l, 25)
}

func TestTheSecondThrottledCallSetsTheRateJustBelowTheMeasuredOne(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.throttled(noon, bookAt(t, l, noon))
	// Twenty calls get through in the second until the bucket of AWS is empty again.
	var s slot
	for range 20 {
		s = bookAt(t, l, after(500*time.Millisecond))
		l.success(s)
	}
	l.throttled(after(time.Second), s)
	wantRate(t, l, 0.9*20)
}

func TestTooFewCallsAreNoMeasureAndHalveAgain(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.throttled(noon, bookAt(t, l, noon))
	last := drive(t, l, noon, minimumSample-1)
	l.throttled(after(40*time.Millisecond), slot{at: last, era: l.era})
	wantRate(t, l, 12.5)
}

func TestAQuietTimeIsNotTakenForALowRate(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.throttled(noon, bookAt(t, l, noon))
	late := drive(t, l, after(time.Hour), 10)
	l.throttled(late, slot{at: late, era: l.era})
	wantRate(t, l, 25)
}

func TestTheRateRecoversToTheCeilingAndNoFurther(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.throttled(noon, bookAt(t, l, noon))
	bookAt(t, l, after(5*time.Second))
	if got := l.currentRate(); got > 25*1.1 {
		t.Errorf("rate after five seconds is %.1f, want at most a tenth above the 25 it fell to", got)
	}
	bookAt(t, l, after(20*time.Second))
	wantRate(t, l, 50)
	bookAt(t, l, after(time.Hour))
	wantRate(t, l, 50)
}

func TestTheRateNeverFallsBelowOneCallASecond(t *testing.T) {
	for name, tc := range map[string]struct{ ceiling, want float64 }{
		"under a high ceiling":        {ceiling: 50, want: 1},
		"under a ceiling below it":    {ceiling: 0.5, want: 0.5},
		"under the ceiling of itself": {ceiling: 1, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLimiter(RateLimit{QPS: tc.ceiling, Burst: 1})
			for range 20 {
				l.throttled(noon, slot{era: l.era})
			}
			wantRate(t, l, tc.want)
		})
	}
}

func TestBackingOffVoidsTheSlotsBookedAhead(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 1})
	first, second := bookAt(t, l, noon), bookAt(t, l, noon)
	if l.void(second) {
		t.Error("slot is void before anything was throttled")
	}
	l.throttled(noon, first)
	if !l.void(second) {
		t.Error("slot booked at the old rate still holds")
	}
	if l.void(bookAt(t, l, noon)) {
		t.Error("slot booked at the new rate is void")
	}
}

func TestAPassThatBeginsIsHeldBackBeforeOneUnderWay(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 10, Burst: 1})
	for range 7 { // 0.6 seconds are booked
		bookAt(t, l, noon)
	}
	if _, ok := l.book(noon, noon, caller{starting: true, urgent: true}); ok {
		t.Error("a pass may begin although it would wait for longer than half a second")
	}
	if _, ok := l.book(noon, noon, caller{urgent: true}); !ok {
		t.Error("a call of a pass under way is held back although it would wait for less than a second")
	}
}

func TestNoCallWaitsForMuchMoreThanASecond(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 10, Burst: 1})
	for ahead := 0; ; ahead++ {
		s, ok := l.book(noon, noon, caller{urgent: true})
		if !ok {
			break
		}
		if wait := s.at.Sub(noon); wait > patience+100*time.Millisecond {
			t.Fatalf("call with %d ahead of it waits for %s", ahead, wait)
		}
	}
}

func TestACallThatIsHeldBackUsesNothingUp(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 1, Burst: 1})
	bookAt(t, l, noon)
	for range 1000 {
		if _, ok := l.book(noon, noon, caller{starting: true, urgent: true}); ok {
			t.Fatal("no slot is near")
		}
	}
	if s := bookAt(t, l, noon); !s.at.Equal(after(time.Second)) {
		t.Errorf("next slot is after %s, want 1s", s.at.Sub(noon))
	}
}

func TestThoseHeldBackAreSpreadOverTheTimeThatTheirCallsTake(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 10, Burst: 1})
	seen := map[time.Duration]int{}
	for range 90 {
		d := l.retryAfter(noon, caller{})
		if d < leastRetry || d > mostRetry {
			t.Fatalf("told to come again after %s, want between %s and %s", d, leastRetry, mostRetry)
		}
		seen[d.Truncate(time.Second)]++
	}
	for second, n := range seen {
		if n > 4 {
			t.Errorf("%d are told to come again after %s, want at most 4 at 10 calls a second", n, second)
		}
	}
}

func TestAClockThatGoesBackDoesNoHarm(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 10})
	drive(t, l, noon, 10)
	if _, ok := l.book(after(-time.Hour), after(-time.Hour), caller{urgent: true}); ok {
		t.Error("a slot an hour ahead is taken as near")
	}
	if s := bookAt(t, l, after(time.Second)); !s.at.Equal(after(time.Second)) {
		t.Errorf("slot is at %s after the clock is right again, want at once", s.at.Sub(noon))
	}
}

func TestALowerCeilingHoldsAtOnceAndAHigherOneIsTaken(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.setCeiling(RateLimit{QPS: 10, Burst: 20})
	wantRate(t, l, 10)
	if took := drive(t, l, noon, 60).Sub(noon); took < 3900*time.Millisecond {
		t.Errorf("sixty calls take %s under a ceiling of ten a second, want four seconds", took)
	}
	l.setCeiling(RateLimit{QPS: 40, Burst: 20})
	wantRate(t, l, 40)
}

func TestAHigherCeilingForgetsNothingThatWasMeasured(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 50, Burst: 100})
	l.throttled(noon, bookAt(t, l, noon))
	l.setCeiling(RateLimit{QPS: 100, Burst: 100})
	wantRate(t, l, 25)
}

func TestHalfTheBucketIsKeptForUrgentCalls(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 20, Burst: 40})
	taken := 0
	for {
		s, ok := l.book(noon, noon, caller{starting: true})
		if !ok || s.at.Sub(noon) > time.Second {
			break
		}
		taken++
	}
	if taken < 20 || taken > 30 {
		t.Fatalf("%d calls that nobody waits for are let in at once, want about half of the burst of 40", taken)
	}
	if s, ok := l.book(noon, noon, caller{starting: true, urgent: true}); !ok || s.at.After(noon) {
		t.Errorf("an urgent call waits until %s behind the others, want a slot at once", s.at.Sub(noon))
	}
}

func TestAFullBucketOfOneCallLetsInWhatIsNotUrgent(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 1, Burst: 1})
	if s, ok := l.book(noon, noon, caller{starting: true}); !ok || s.at.After(noon) {
		t.Errorf("got a slot at %s (%t), want one at once", s.at, ok)
	}
}

func TestAnUrgentCallerComesBackWithinASecondHoweverManyWereHeldBack(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 20, Burst: 40})
	for range 50 {
		l.retryAfter(noon, caller{})
	}
	if d := l.retryAfter(noon, caller{urgent: true}); d > time.Second {
		t.Errorf("comes back after %s, want at most a second", d)
	}
}
