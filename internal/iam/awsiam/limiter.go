// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"math"
	"sync"
	"time"
)

const (
	// peakFactor bounds the speed at which a burst is spent, as a multiple of the rate. Calls in flight when AWS begins
	// to throttle are all throttled, and their number is speed times latency.
	peakFactor = 2
	// recovery is the growth of the rate after backing off, as exp(recovery·t²) of the seconds t: slow at first, where the
	// rate is right, and threefold after 21 seconds, where it was too low.
	recovery = 0.0025
	// settlePause is how long no call is sent after a throttled one, so that the bucket of AWS is not met empty again
	// at once.
	settlePause = 250 * time.Millisecond
	// minimumSample is the number of calls that a measured rate rests on.
	minimumSample = 5
	// margin below the measured rate lets the bucket of AWS fill a little.
	margin = 0.9
	// lowestRate is in calls a second.
	lowestRate = 1.0

	// patience is how long a call waits while others are ahead of it. A worker that would wait longer is of more use
	// elsewhere.
	patience = time.Second
	// startingPatience is shorter, because a pass that begins has nothing to lose: passes under way go first and so
	// seldom have to be given up after they made calls.
	startingPatience = patience / 2

	// leastRetry and mostRetry bound when a caller that was held back should come again.
	leastRetry = time.Second
	mostRetry  = 30 * time.Second
	// callsPerPass is about what a caller that comes again will use up.
	callsPerPass = 3
	// reserved is the share of the bucket that only urgent calls may use: an edit among ten thousand roles that are
	// looked at is not to wait behind them.
	reserved = 0.5
)

// limiter is a token bucket that finds the rate which AWS allows. AWS publishes no rates, so it starts at the ceiling
// and backs off when a call is throttled: at first by half, later to what it measured. Between two throttled calls
// the bucket of AWS was empty at both ends, hence what succeeded between them is what AWS let in.
//
// It holds no clock and never sleeps: callers book a slot and wait for it. golang.org/x/time/rate is of no use here
// because its reservations stay as they are when the rate falls.
type limiter struct {
	ceiling RateLimit

	mu     sync.Mutex
	rate   float64
	base   float64 // rate after backing off
	tokens float64 // below zero when slots are booked ahead
	at     time.Time
	// lastSlot is the last slot of any call, lastUrgent that of an urgent one: those do not queue behind the others.
	lastSlot, lastUrgent time.Time
	comeback             time.Time

	// Since the last backing off.
	era       int
	eraBegan  time.Time
	succeeded int
}

func newLimiter(ceiling RateLimit) *limiter {
	return &limiter{ceiling: ceiling, rate: ceiling.QPS, tokens: float64(ceiling.Burst)}
}

// setCeiling changes the ceiling; what was measured below it is kept.
func (l *limiter) setCeiling(ceiling RateLimit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ceiling == l.ceiling {
		return
	}
	l.ceiling = ceiling
	l.base, l.rate = min(l.base, ceiling.QPS), min(l.rate, ceiling.QPS)
	if l.eraBegan.IsZero() {
		l.rate = ceiling.QPS
	}
	l.tokens = min(l.tokens, float64(ceiling.Burst))
}

// slot is when a call may be made. It is void as soon as the limiter backs off.
type slot struct {
	at  time.Time
	era int
}

// book takes the next slot for a call that waits since begun, unless the slot is too far off.
func (l *limiter) book(now, begun time.Time, by caller) (slot, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(now)
	next := l.nextSlot(now, by.urgent)
	longest := startingPatience
	if !by.starting {
		longest = patience + seconds(1/l.rate)
	}
	if next.Sub(begun) > longest {
		return slot{at: next}, false
	}
	l.tokens--
	if next.After(l.lastSlot) {
		l.lastSlot = next
	}
	if by.urgent {
		l.lastUrgent = next
	}
	return slot{at: next, era: l.era}, true
}

func (l *limiter) nextSlot(now time.Time, urgent bool) time.Time {
	needed, last := 1+l.reserve(), l.lastSlot
	if urgent {
		needed, last = 1, l.lastUrgent
	}
	next := now
	if l.tokens < needed {
		next = now.Add(seconds((needed - l.tokens) / l.rate))
	}
	if spaced := last.Add(seconds(1 / (peakFactor * l.rate))); next.Before(spaced) {
		next = spaced
	}
	return next
}

// burst is how many tokens there are at most. It shrinks with the rate.
func (l *limiter) burst() float64 { return max(1, float64(l.ceiling.Burst)*l.rate/l.ceiling.QPS) }

// reserve is how many tokens are kept for urgent calls.
func (l *limiter) reserve() float64 { return min(reserved*l.burst(), l.burst()-1) }

// void tells whether the limiter has backed off since s was booked.
func (l *limiter) void(s slot) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.era != l.era
}

// advance brings tokens and rate up to now.
func (l *limiter) advance(now time.Time) {
	elapsed := now.Sub(l.at).Seconds()
	if l.at.IsZero() {
		elapsed = 0
	}
	if elapsed < 0 {
		return
	}
	l.at = now
	l.tokens = min(l.burst(), l.tokens+elapsed*l.rate)
	if !l.eraBegan.IsZero() {
		t := now.Sub(l.eraBegan).Seconds()
		l.rate = min(l.ceiling.QPS, l.base*math.Exp(recovery*t*t))
	}
}

// success records that AWS let in the call that was made in s.
func (l *limiter) success(s slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.era == l.era {
		l.succeeded++
	}
}

// throttled backs off, and voids all slots. Calls that were in flight when it last did so tell nothing new.
func (l *limiter) throttled(now time.Time, s slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.era != l.era {
		return
	}
	l.advance(now)
	l.base = max(min(lowestRate, l.ceiling.QPS), l.lowered(now))
	l.rate = l.base
	l.tokens = -l.rate * settlePause.Seconds()
	l.lastSlot, l.lastUrgent = time.Time{}, time.Time{}
	l.era++
	l.eraBegan, l.succeeded = now, 0
}

func (l *limiter) lowered(now time.Time) float64 {
	if l.eraBegan.IsZero() || l.succeeded < minimumSample {
		return l.rate / 2
	}
	measured := float64(l.succeeded) / now.Sub(l.eraBegan).Seconds()
	return min(max(margin*measured, l.rate/2), margin*l.rate)
}

// retryAfter spreads those who were held back over the time that their calls will take, and over mostRetry at most.
// Urgent ones come again as soon as that is of use: they do not queue behind the others.
func (l *limiter) retryAfter(now time.Time, by caller) time.Duration {
	if by.urgent {
		return leastRetry
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.comeback = l.comeback.Add(seconds(callsPerPass / l.rate))
	if l.comeback.Before(now.Add(leastRetry)) || l.comeback.After(now.Add(mostRetry)) {
		l.comeback = now.Add(leastRetry)
	}
	return l.comeback.Sub(now)
}

// currentRate is in calls a second.
func (l *limiter) currentRate() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rate
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
