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

	// leastRetry and mostRetry bound when a caller that was held back should come again; an urgent one should come from
	// urgentRetry on.
	leastRetry  = time.Second
	mostRetry   = 30 * time.Second
	urgentRetry = leastRetry / 2
	// callsPerPass is about what a caller that comes again will use up.
	callsPerPass = 3
	// callersPerCall is how many urgent callers are told to come in the time of one call. Most of them come for nothing,
	// but no call is left unmade for want of one.
	callersPerCall = 5
	// reserved is the share of the bucket that only urgent calls may use: an edit among ten thousand roles that are
	// looked at is not to wait behind them.
	reserved = 0.5
	// bulkShare is the part of the rate and of the bucket that reading whole accounts may use. That is few calls, which
	// together last long: beside them there is always room for those that a person waits for, and they are never behind
	// them for long.
	bulkShare = 0.2
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
	// bulk is the budget of reading whole accounts, in calls.
	bulk float64
	// comeback is the last time that a caller was told to come again, urgentComeback that of an urgent one.
	comeback, urgentComeback time.Time

	// Since the last backing off.
	era       int
	eraBegan  time.Time
	succeeded int
}

func newLimiter(ceiling RateLimit) *limiter {
	return &limiter{
		ceiling: ceiling, rate: ceiling.QPS, tokens: float64(ceiling.Burst), bulk: bulkBurst(float64(ceiling.Burst)),
	}
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
	next := l.nextSlot(now, by)
	if next.Sub(begun) > l.patience(by) {
		return slot{at: next}, false
	}
	l.take(next, by)
	return slot{at: next, era: l.era}, true
}

// patience is how long a call waits for its slot.
func (l *limiter) patience(by caller) time.Duration {
	switch {
	case by.bulk: // a reading that is given up begins again at its first page
		return patience + seconds(1/(bulkShare*l.rate))
	case by.starting:
		return startingPatience
	}
	return patience + seconds(1/l.rate)
}

// rebegun is since when a call waits whose slot became void: one of a pass under way since then, because what the pass
// did so far would be done in vain.
func (c caller) rebegun(begun, now time.Time) time.Time {
	if c.starting {
		return begun
	}
	return now
}

// take uses up what a call at a time needs.
func (l *limiter) take(next time.Time, by caller) {
	l.tokens--
	if next.After(l.lastSlot) {
		l.lastSlot = next
	}
	if by.first() {
		l.lastUrgent = next
	}
	if by.bulk {
		l.bulk--
	}
}

// first reports whether a call goes before others.
func (c caller) first() bool { return c.urgent || c.bulk }

func (l *limiter) nextSlot(now time.Time, by caller) time.Time {
	next := l.nextToken(now, by.first())
	if by.bulk && l.bulk < 1 {
		if due := now.Add(seconds((1 - l.bulk) / (bulkShare * l.rate))); next.Before(due) {
			next = due
		}
	}
	return next
}

func (l *limiter) nextToken(now time.Time, first bool) time.Time {
	needed, last := 1+l.reserve(), l.lastSlot
	if first {
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

// bulkBurst is the part of a bucket that reading whole accounts may use at once: at least the two calls that an account
// of a few roles takes.
func bulkBurst(burst float64) float64 { return max(2, bulkShare*burst) }

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
	l.bulk = min(bulkBurst(l.burst()), l.bulk+elapsed*bulkShare*l.rate)
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
// Urgent ones come again within leastRetry, unless there are so many that they would come for nothing again and again.
func (l *limiter) retryAfter(now time.Time, by caller) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.nextComeback(now, by)
}

func (l *limiter) nextComeback(now time.Time, by caller) time.Duration {
	last, least, step := &l.comeback, leastRetry, callsPerPass/l.rate
	if by.urgent {
		last, least, step = &l.urgentComeback, urgentRetry, 1/(callersPerCall*l.rate)
	}
	*last = last.Add(seconds(step))
	if last.Before(now.Add(least)) || last.After(now.Add(mostRetry)) {
		*last = now.Add(least)
	}
	return last.Sub(now)
}

// heldBack is when a pass is to come that would be held back if it began now; zero for one that may begin.
func (l *limiter) heldBack(now time.Time, by caller) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(now)
	if l.nextSlot(now, by).Sub(now) <= l.patience(by) {
		return 0
	}
	return l.nextComeback(now, by)
}

// currentRate is in calls a second.
func (l *limiter) currentRate() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rate
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
