// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"net/url"
	"slices"
	"sync"
	"time"
)

// Call is one entry of the call log.
type Call struct {
	Time        time.Time
	Service     string // iam or sts
	Action      string
	Params      url.Values // all but Action and Version
	Account     string     // that the credentials belong to
	AccessKeyID string
	UserAgent   string
	Write       bool // changes state
	Status      int  // HTTP status; 0 when the connection was cut before the action
	ErrorCode   string
}

// Param returns a parameter by name.
func (c Call) Param(name string) string { return c.Params.Get(name) }

// callLog keeps the calls in the order in which they were answered.
type callLog struct {
	mu    sync.Mutex
	limit int
	calls []Call
}

func (l *callLog) add(call Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, call)
	// Trimming at twice the limit keeps the cost per call constant.
	if l.limit > 0 && len(l.calls) >= 2*l.limit {
		l.calls = slices.Clone(l.calls[len(l.calls)-l.limit:])
	}
}

// Calls returns the log of all calls since the start or the last ResetCalls, refused and throttled ones included.
func (s *Sim) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return slices.Clone(s.calls.calls)
}

// ResetCalls empties the call log.
func (s *Sim) ResetCalls() {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.calls = nil
}

// Count is the number of calls of the given actions.
func Count(calls []Call, actions ...string) int {
	n := 0
	for _, call := range calls {
		if slices.Contains(actions, call.Action) {
			n++
		}
	}
	return n
}

// CountByAction is the number of calls of each action that occurs.
func CountByAction(calls []Call) map[string]int {
	counts := map[string]int{}
	for _, call := range calls {
		counts[call.Action]++
	}
	return counts
}

// Writes are the calls that change IAM or would have, had they not failed.
func Writes(calls []Call) []Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return !c.Write })
}

// Reads are the IAM calls that change nothing.
func Reads(calls []Call) []Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.Write || c.Service != string(iamService) })
}

// Failed are the calls that were answered with an error.
func Failed(calls []Call) []Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.ErrorCode == "" })
}

// ActionNames are the actions in the order of the calls.
func ActionNames(calls []Call) []string {
	names := make([]string, 0, len(calls))
	for _, call := range calls {
		names = append(names, call.Action)
	}
	return names
}
