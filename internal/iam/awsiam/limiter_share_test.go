// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"testing"
	"time"
)

var reading = caller{bulk: true}

// readPages makes calls of a reading of the whole account for a time, one after the other, and returns how many.
func readPages(t *testing.T, l *limiter, lasting time.Duration) int {
	t.Helper()
	for now, pages := noon, 0; ; pages++ {
		s, ok := l.book(now, now, reading)
		if !ok {
			t.Fatalf("page %d is given up, and with it those before", pages)
		}
		if now = s.at; now.Sub(noon) >= lasting {
			return pages
		}
	}
}

func TestReadingAnAccountTakesAFifthOfTheCallsHoweverManyPagesItHas(t *testing.T) {
	for _, limit := range []RateLimit{{QPS: 50, Burst: 100}, {QPS: 5, Burst: 5}, {QPS: 1, Burst: 1}} {
		got := readPages(t, newLimiter(limit), time.Minute)
		if most := limit.QPS*60/5 + bulkBurst(float64(limit.Burst)) + 1; float64(got) > most {
			t.Errorf("at %v, %d pages are read in a minute, want at most %.0f", limit, got, most)
		}
	}
}

func TestAReadingLeavesToWritesWhatItDoesNotUse(t *testing.T) {
	const rate = 10
	alone, beside := newLimiter(RateLimit{QPS: rate, Burst: 10}), newLimiter(RateLimit{QPS: rate, Burst: 10})
	made := map[*limiter]int{}
	for _, l := range []*limiter{alone, beside} {
		page := noon
		for now := noon; now.Before(after(time.Minute)); now = now.Add(time.Second / 20) {
			if l == beside && !page.After(now) {
				s, _ := l.book(now, now, reading)
				page = s.at
			}
			if s, ok := l.book(now, now, caller{starting: true, urgent: true}); ok && s.at.Before(after(time.Minute)) {
				made[l]++
			}
		}
	}
	if least := made[alone] * 7 / 10; made[beside] < least {
		t.Errorf("beside a reading %d writes are made in a minute, want at least %d of the %d without it", made[beside], least,
			made[alone])
	}
}

func TestAReadingIsNotGivenUpUnderAStreamOfChanges(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 5, Burst: 5})
	page, pages := noon, 0
	for now := noon; now.Before(after(time.Minute)); now = now.Add(10 * time.Millisecond) {
		l.book(now, now, caller{starting: true, urgent: true}) // as many as there is room for
		if page.After(now) {
			continue
		}
		s, ok := l.book(now, now, reading)
		if !ok {
			t.Fatalf("page %d is given up", pages)
		}
		page, pages = s.at, pages+1
	}
	if pages < 50 {
		t.Errorf("%d pages are read in a minute, want about a call a second", pages)
	}
}

func TestUrgentCallersBeyondWhatCanBeServedAreSpread(t *testing.T) {
	l := newLimiter(RateLimit{QPS: 5, Burst: 5})
	seen := map[time.Duration]int{}
	for range 1000 {
		seen[l.retryAfter(noon, caller{urgent: true}).Truncate(time.Second)]++
	}
	for second, n := range seen {
		if n > 2*5*callersPerCall {
			t.Errorf("%d urgent callers come in second %s for five calls", n, second)
		}
	}
}

func TestAskingForRoomUsesNothingUpAndTellsWhenToCome(t *testing.T) {
	l, begins := newLimiter(RateLimit{QPS: 1, Burst: 1}), caller{starting: true, urgent: true}
	for range 10 {
		if wait := l.heldBack(noon, begins); wait != 0 {
			t.Fatalf("a pass is to wait for %s although nothing was called", wait)
		}
	}
	bookAt(t, l, noon)
	if wait := l.heldBack(noon, begins); wait <= 0 || wait > time.Second {
		t.Errorf("a pass is to come after %s, want within a second", wait)
	}
	if wait := l.heldBack(after(time.Second), begins); wait != 0 {
		t.Errorf("a pass is to wait for %s although a call may be made at once", wait)
	}
}
