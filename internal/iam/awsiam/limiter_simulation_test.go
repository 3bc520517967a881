// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"container/heap"
	"fmt"
	"testing"
	"time"
)

// load is a controller that creates roles through a limiter, in an account whose API is a token bucket. Time is
// simulated: a run is exact, repeatable and takes no time.
type load struct {
	roles, workers int
	latency        time.Duration
	bucketRate     float64
	bucketBurst    float64
	ceiling        RateLimit
	// urgent says that a person waits for the roles, as for new ones.
	urgent bool
}

// outcome is what a load came to.
type outcome struct {
	calls, throttled, heldBack, abandoned int
	took                                  time.Duration
}

func (o outcome) String() string {
	return fmt.Sprintf("%d calls in %.1f s, %d throttled (%.1f %%), %d held back, %d passes given up half way",
		o.calls, o.took.Seconds(), o.throttled, 100*float64(o.throttled)/float64(o.calls), o.heldBack, o.abandoned)
}

// writes are CreateRole, PutRolePolicy and two times AttachRolePolicy.
const writes = 4

// reads of a pass: one when the role is absent, else GetRole, two lists and the inline policy.
func reads(written int) int { return min(4, 1+3*written) }

type simulation struct {
	load
	limiter *limiter
	begin   time.Time
	now     time.Time
	events  events
	idle    int
	ready   []int // roles
	written []int // writes by role
	open    int   // roles that are not done
	tokens  float64
	filled  time.Time
	outcome outcome
}

func simulate(l load) outcome {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &simulation{
		load: l, limiter: newLimiter(l.ceiling), begin: begin, now: begin, idle: l.workers,
		written: make([]int, l.roles), open: l.roles, tokens: l.bucketBurst, filled: begin,
	}
	for role := range l.roles {
		s.ready = append(s.ready, role)
	}
	s.dispatch()
	for s.open > 0 {
		next := heap.Pop(&s.events).(event)
		s.now = next.at
		next.do()
	}
	return s.outcome
}

func (s *simulation) at(when time.Time, do func()) {
	heap.Push(&s.events, event{when, s.events.next(), do})
}

func (s *simulation) dispatch() {
	for s.idle > 0 && len(s.ready) > 0 {
		role := s.ready[0]
		s.ready, s.idle = s.ready[1:], s.idle-1
		s.call(role, 0)
	}
}

func (s *simulation) free() {
	s.idle++
	s.dispatch()
}

// giveUp ends a pass that is to be repeated.
func (s *simulation) giveUp(role, made int) {
	if made > 0 {
		s.outcome.abandoned++
	}
	s.at(s.now.Add(s.limiter.retryAfter(s.now, s.caller(made))), func() {
		s.ready = append(s.ready, role)
		s.dispatch()
	})
	s.free()
}

func (l load) caller(made int) caller { return caller{starting: made == 0, urgent: l.urgent} }

// call makes the call of a pass that follows those already made.
func (s *simulation) call(role, made int) {
	s.book(role, made, reads(s.written[role]), s.now)
}

func (s *simulation) book(role, made, reads int, begun time.Time) {
	booked, ok := s.limiter.book(s.now, begun, s.caller(made))
	if !ok {
		s.outcome.heldBack++
		s.giveUp(role, made)
		return
	}
	s.at(booked.at, func() {
		if s.limiter.void(booked) {
			s.book(role, made, reads, s.caller(made).rebegun(begun, s.now))
			return
		}
		s.send(booked, role, made, reads)
	})
}

func (s *simulation) send(booked slot, role, made, reads int) {
	s.outcome.calls++
	s.at(s.now.Add(s.latency/2), func() {
		let := s.letIn()
		s.at(s.now.Add(s.latency/2), func() {
			if !let {
				s.outcome.throttled++
				s.limiter.throttled(s.now, booked)
				s.giveUp(role, made)
				return
			}
			s.limiter.success(booked)
			s.answered(role, made+1, reads)
		})
	})
}

func (s *simulation) answered(role, made, reads int) {
	if made > reads {
		s.written[role]++
	}
	if s.written[role] < writes {
		s.book(role, made, reads, s.now)
		return
	}
	s.open--
	s.outcome.took = s.now.Sub(s.begin)
	s.free()
}

// letIn is the bucket of AWS.
func (s *simulation) letIn() bool {
	s.tokens = min(s.bucketBurst, s.tokens+s.now.Sub(s.filled).Seconds()*s.bucketRate)
	s.filled = s.now
	if s.tokens < 1 {
		return false
	}
	s.tokens--
	return true
}

type event struct {
	at    time.Time
	order int
	do    func()
}

// events is a heap by time; what is due at the same time happens in the order of its planning.
type events struct {
	list    []event
	planned int
}

func (e *events) next() int { e.planned++; return e.planned }

func (e *events) Len() int { return len(e.list) }
func (e *events) Less(i, j int) bool {
	a, b := e.list[i], e.list[j]
	return a.at.Before(b.at) || a.at.Equal(b.at) && a.order < b.order
}
func (e *events) Swap(i, j int) { e.list[i], e.list[j] = e.list[j], e.list[i] }
func (e *events) Push(x any)    { e.list = append(e.list, x.(event)) }
func (e *events) Pop() any {
	last := e.list[len(e.list)-1]
	e.list = e.list[:len(e.list)-1]
	return last
}

// Two hundred new roles are a thousand calls, of which the bucket allows 40 at once and 20 a second.
func TestTwoHundredRolesConvergeAtTheSpeedThatTheBucketAllows(t *testing.T) {
	for i := range 12 {
		workers, urgent := []int{1, 5, 10, 20, 50, 200}[i%6], i < 6
		got := simulate(load{
			roles: 200, workers: workers, latency: 20 * time.Millisecond,
			bucketRate: 20, bucketBurst: 40, ceiling: DefaultRateLimit, urgent: urgent,
		})
		t.Logf("%d workers, urgent %t: %s", workers, urgent, got)
		calls := 200 * (reads(0) + writes)
		allowed := time.Duration(calls-40) * time.Second / 20
		if got.took > allowed*13/10 {
			t.Errorf("%d workers took %s, more than 1.3 times the %s that the bucket allows", workers, got.took, allowed)
		}
		if got.throttled*100 >= got.calls*2 {
			t.Errorf("with %d workers %d of %d calls were throttled, 2 %% or more", workers, got.throttled, got.calls)
		}
	}
}

func TestBucketsOfOtherSizesAreFoundToo(t *testing.T) {
	for name, tc := range map[string]struct {
		rate, burst float64
		latency     time.Duration
		factor      float64 // of the time that the bucket and the ceiling allow
	}{
		"a slow bucket":                        {rate: 2, burst: 10, latency: 20 * time.Millisecond, factor: 1.3},
		"a slow bucket far away":               {rate: 2, burst: 10, latency: 150 * time.Millisecond, factor: 1.3},
		"a large burst":                        {rate: 5, burst: 100, latency: 20 * time.Millisecond, factor: 1.3},
		"the bucket of the measure, far away":  {rate: 20, burst: 40, latency: 150 * time.Millisecond, factor: 1.3},
		"just below the ceiling, hardly burst": {rate: 45, burst: 10, latency: 20 * time.Millisecond, factor: 1.5},
		"above the ceiling":                    {rate: 100, burst: 100, latency: 20 * time.Millisecond, factor: 1.05},
	} {
		t.Run(name, func(t *testing.T) {
			got := simulate(load{
				roles: 200, workers: 10, latency: tc.latency,
				bucketRate: tc.rate, bucketBurst: tc.burst, ceiling: DefaultRateLimit, urgent: true,
			})
			t.Log(got)
			calls := float64(200 * (reads(0) + writes))
			allowed := seconds((calls - tc.burst) / min(tc.rate, DefaultRateLimit.QPS))
			if got.took > seconds(allowed.Seconds()*tc.factor) {
				t.Errorf("took %s, more than %.2f times the %s that can be had", got.took, tc.factor, allowed)
			}
			if got.throttled*100 >= got.calls*6 {
				t.Errorf("%d of %d calls were throttled, 6 %% or more", got.throttled, got.calls)
			}
		})
	}
}

func TestALowCeilingIsUsedUpByManyRoles(t *testing.T) {
	for _, limit := range []RateLimit{{QPS: 1, Burst: 1}, {QPS: 5, Burst: 5}, {QPS: 10, Burst: 100}} {
		for _, workers := range []int{2, 8, 20} {
			got := simulate(load{
				roles: 200, workers: workers, latency: 20 * time.Millisecond, bucketRate: 1000, bucketBurst: 1000, ceiling: limit,
				urgent: true,
			})
			t.Logf("%v with %d workers: %s", limit, workers, got)
			allowed := seconds((float64(200*(reads(0)+writes)) - float64(limit.Burst)) / limit.QPS)
			if got.took > allowed*105/100 || got.abandoned > 4 {
				t.Errorf("%v with %d workers: %s, want at most 1.05 times the %s that can be had, and no pass given up", limit,
					workers, got, allowed)
			}
		}
	}
}

func TestWithoutThrottlingNothingIsHeldBackForLongerThanTheCeilingDemands(t *testing.T) {
	got := simulate(load{
		roles: 20, workers: 10, latency: 20 * time.Millisecond, bucketRate: 1000, bucketBurst: 1000, ceiling: DefaultRateLimit,
		urgent: true,
	})
	if got.calls != 100 || got.heldBack != 0 || got.took > time.Second+100*time.Millisecond {
		t.Errorf("a hundred calls, the burst of the ceiling: %s; want 100 calls at twice the rate and none held back", got)
	}
}
