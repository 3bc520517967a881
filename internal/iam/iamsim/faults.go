// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Moment tells a crash hook when it is called.
type Moment string

// The moments of a mutating call at which a crash hook is asked.
const (
	Before Moment = "before" // nothing has changed yet
	After  Moment = "after"  // the change is made, the caller does not know
)

// faults are the switches that make the simulator unpleasant.
type faults struct {
	mu      sync.Mutex
	latency time.Duration
	limit   rate.Limit // 0: none
	burst   int
	denied  map[string]bool
	rules   []*Failure
	hook    func(Call, Moment) bool
}

// Failure makes calls fail without carrying them out: the first Skip matching calls pass, the next Times fail.
type Failure struct {
	Action  string          // empty: every action
	Match   func(Call) bool // narrows it to some calls; nil: all
	Code    string          // error code, for instance ServiceFailure
	Message string          // empty: one that says that the failure is injected
	Skip    int
	Times   int // negative: for ever
}

// SetLatency delays every call.
func (s *Sim) SetLatency(d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.latency = d
}

// SetRateLimit gives every account a full token bucket for its IAM calls: qps tokens a second, at most burst. A call
// without a token is answered Throttling. A qps of zero ends the limit.
func (s *Sim) SetRateLimit(qps float64, burst int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.mu.Lock()
	s.faults.limit, s.faults.burst = rate.Limit(qps), burst
	s.faults.mu.Unlock()
	for _, a := range s.accounts {
		a.limiter = s.faults.newLimiter()
	}
}

func (f *faults) newLimiter() *rate.Limiter {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.limit <= 0 {
		return nil
	}
	return rate.NewLimiter(f.limit, f.burst)
}

// Deny answers AccessDenied to the given actions, until Allow.
func (s *Sim) Deny(actions ...string) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if s.faults.denied == nil {
		s.faults.denied = map[string]bool{}
	}
	for _, name := range actions {
		s.faults.denied[name] = true
	}
}

// Allow takes Deny back for the given actions, or for all when none is given.
func (s *Sim) Allow(actions ...string) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if len(actions) == 0 {
		s.faults.denied = nil
	}
	for _, name := range actions {
		delete(s.faults.denied, name)
	}
}

// FailNth fails the n-th call of an action from now on, counted from 1, with an error code; an empty action counts all
// calls. The action is not carried out.
func (s *Sim) FailNth(action string, n int, code string) {
	s.FailWith(Failure{Action: action, Code: code, Skip: max(n, 1) - 1, Times: 1})
}

// Fail fails the next calls of an action, times of them, or all when times is negative. Match narrows it to some calls
// and may be nil; an empty action is every action. The actions are not carried out.
func (s *Sim) Fail(action, code string, times int, match func(Call) bool) {
	s.FailWith(Failure{Action: action, Code: code, Times: times, Match: match})
}

// FailWith adds a failure. Of several that match a call, the oldest applies.
func (s *Sim) FailWith(failure Failure) {
	if failure.Times == 0 {
		return
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = append(s.faults.rules, &failure)
}

// SetCrashHook asks hook before and after every mutating call that is carried out. When it returns true the connection
// is cut: Before, the change is not made; After, it is made and the caller never learns of it. The SDK will try again,
// so a hook that plays a dead controller keeps returning true.
func (s *Sim) SetCrashHook(hook func(Call, Moment) bool) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.hook = hook
}

// ClearFaults ends latency, rate limit, denials, failures, the crash hook, the page limit and the consistency lag.
func (s *Sim) ClearFaults() {
	s.faults.mu.Lock()
	s.faults.latency, s.faults.denied, s.faults.rules, s.faults.hook = 0, nil, nil, nil
	s.faults.mu.Unlock()
	s.SetRateLimit(0, 0)
	s.SetConsistencyLag(Lag{})
	s.SetPageLimit(0)
}

func (s *Sim) delay(ctx context.Context) {
	s.faults.mu.Lock()
	latency := s.faults.latency
	s.faults.mu.Unlock()
	if latency <= 0 {
		return
	}
	timer := time.NewTimer(latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// inject decides whether a call fails before it is looked at: throttled, denied or by a rule.
func (s *Sim) inject(call Call, a *account) *apiError {
	if call.Service == string(iamService) && s.throttled(a, call.Time) {
		return failure("Throttling", "Rate exceeded")
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if s.faults.denied[call.Action] {
		return accessDenied(call.Service + ":" + call.Action)
	}
	for i, rule := range s.faults.rules {
		if !rule.matches(call) {
			continue
		}
		if rule.Skip > 0 {
			rule.Skip--
			continue
		}
		rule.Times--
		if rule.Times == 0 {
			s.faults.rules = slices.Delete(s.faults.rules, i, i+1)
		}
		return failure(rule.Code, "%s", cmp.Or(rule.Message, "Injected failure of "+call.Action))
	}
	return nil
}

func (s *Sim) throttled(a *account, now time.Time) bool {
	s.mu.Lock()
	limiter := a.limiter
	s.mu.Unlock()
	return limiter != nil && !limiter.AllowN(now, 1)
}

func (f *Failure) matches(call Call) bool {
	return (f.Action == "" || f.Action == call.Action) && (f.Match == nil || f.Match(call))
}

func accessDenied(permission string) *apiError {
	return failure("AccessDenied",
		"User is not authorized to perform: %s because no identity-based policy allows the %s action",
		permission, permission)
}

// crash cuts the connection when the hook says so.
func (s *Sim) crash(call Call, moment Moment) {
	s.faults.mu.Lock()
	hook := s.faults.hook
	s.faults.mu.Unlock()
	if hook == nil || !call.Write || !hook(call, moment) {
		return
	}
	if moment == Before {
		s.calls.add(call)
	}
	panic(http.ErrAbortHandler)
}
