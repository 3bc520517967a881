// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package calls is the log of what the simulator was asked, and the questions that tests ask of it.
package calls

import (
	"net/url"
	"slices"
	"sync"
	"time"
)

// Call is one entry of the log.
type Call struct {
	Time        time.Time
	Service     string // iam, sts or sqs
	Action      string
	Params      url.Values // all but Action and Version
	Account     string     // that the credentials belong to
	AccessKeyID string
	CallerARN   string
	SessionARN  string            // of an assumed role; empty for long-term credentials
	SessionTags map[string]string // of such a session
	UserAgent   string
	Write       bool // changes state
	Status      int  // HTTP status; 0 when the connection was cut before the action
	ErrorCode   string
}

// Param returns a parameter by name.
func (c Call) Param(name string) string { return c.Params.Get(name) }

// Log keeps the calls in the order in which they were answered. The zero value keeps all; it is safe for concurrent
// use.
type Log struct {
	mu    sync.Mutex
	limit int
	calls []Call
}

// Limit bounds the log to the newest calls; zero keeps all.
func (l *Log) Limit(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit = n
}

// Add appends a call.
func (l *Log) Add(call Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, call)
	// Trimming at twice the limit keeps the cost per call constant.
	if l.limit > 0 && len(l.calls) >= 2*l.limit {
		l.calls = slices.Clone(l.calls[len(l.calls)-l.limit:])
	}
}

// All returns the calls since the start or the last Reset, refused and throttled ones included.
func (l *Log) All() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls)
}

// Reset empties the log.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = nil
}
