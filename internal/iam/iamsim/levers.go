// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
)

// What tests say when they pull levers.
type (
	// Fault is what happens to some calls instead of what IAM would do.
	Fault = levers.Fault
	// Settings concern all calls.
	Settings = levers.Settings
	// Moment tells a crash hook when it is called.
	Moment = levers.Moment
	// Lag makes reads eventually consistent.
	Lag = store.Lag
)

// The moments of a mutating call at which a crash hook is asked.
const (
	Before = levers.Before
	After  = levers.After
)

// Settings are the settings in force.
func (s *Sim) Settings() Settings { return s.levers.Settings() }

// SetSettings replaces the settings.
func (s *Sim) SetSettings(settings Settings) {
	s.levers.Set(settings)
	s.forgetPast()
}

// Faults are the faults in force, the oldest first.
func (s *Sim) Faults() []Fault { return s.levers.Faults() }

// AddFault puts a fault in force. Of several that match a call, the oldest applies.
func (s *Sim) AddFault(fault Fault) Fault { return s.levers.Add(fault) }

// EndFaults ends the faults that are picked and returns how many there were.
func (s *Sim) EndFaults(picked func(Fault) bool) int { return s.levers.End(picked) }

// change sets one setting and leaves the others.
func (s *Sim) change(with func(*Settings)) {
	settings := s.levers.Settings()
	with(&settings)
	s.SetSettings(settings)
}

// SetLatency delays every call.
func (s *Sim) SetLatency(d time.Duration) {
	s.change(func(settings *Settings) { settings.Latency = levers.Duration(d) })
}

// SetRateLimit gives every account a full token bucket for its IAM calls: qps tokens a second, at most burst. A call
// without a token is answered Throttling. A qps of zero ends the limit.
func (s *Sim) SetRateLimit(qps float64, burst int) {
	s.change(func(settings *Settings) { settings.QPS, settings.Burst = qps, burst })
}

// SetConsistencyLag makes reads eventually consistent from the next write on. The zero Lag ends it.
func (s *Sim) SetConsistencyLag(lag Lag) {
	s.change(func(settings *Settings) { *settings = settings.WithLag(lag) })
}

// SetPageLimit cuts the pages of all lists to n items, whatever MaxItems asks for, as IAM may do. Zero ends it.
func (s *Sim) SetPageLimit(n int) { s.change(func(settings *Settings) { settings.PageLimit = n }) }

// SetPolicyEnforcement makes the simulator judge the sessions of assumed roles by their policies, or stop to.
func (s *Sim) SetPolicyEnforcement(on bool) {
	s.change(func(settings *Settings) { settings.EnforcePolicies = on })
}

// Deny answers AccessDenied to the given actions, until Allow.
func (s *Sim) Deny(actions ...string) {
	for _, action := range actions {
		s.AddFault(Fault{Action: action, Code: denied})
	}
}

// Allow takes Deny back for the given actions, or for all when none is given.
func (s *Sim) Allow(actions ...string) {
	s.EndFaults(func(f Fault) bool {
		return f.Code == denied && (len(actions) == 0 || slices.Contains(actions, f.Action))
	})
}

const denied = "AccessDenied"

// FailNth fails the n-th call of an action from now on, counted from 1, with an error code; an empty action counts all
// calls. The action is not carried out.
func (s *Sim) FailNth(action string, n int, code string) {
	s.AddFault(Fault{Action: action, Code: code, Skip: max(n, 1) - 1, Times: 1})
}

// Fail fails the next calls of an action, times of them, or all when times is negative. Match narrows it to some calls
// and may be nil; an empty action is every action. The actions are not carried out.
func (s *Sim) Fail(action, code string, times int, match func(Call) bool) {
	if times != 0 {
		s.AddFault(Fault{Action: action, Code: code, Times: times, Match: match})
	}
}

// SetCrashHook asks hook before and after every mutating call that is carried out. When it returns true the connection
// is cut: Before, the change is not made; After, it is made and the caller never learns of it. The SDK will try again,
// so a hook that plays a dead controller keeps returning true.
func (s *Sim) SetCrashHook(hook func(calls.Call, Moment) bool) { s.levers.SetHook(hook) }

// ClearFaults ends all faults and the crash hook, and takes back all settings: latency, rate limit, page limit and
// consistency lag.
func (s *Sim) ClearFaults() {
	s.levers.Clear()
	s.forgetPast()
}
