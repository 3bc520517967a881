// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"

// Moment tells a crash hook when it is called.
type Moment string

// The moments of a mutating call at which a crash hook is asked.
const (
	Before Moment = "before" // nothing has changed yet
	After  Moment = "after"  // the change is made, the caller does not know
)

// Hook is asked before and after every mutating call that is carried out. When it returns true the connection is cut:
// Before, the change is not made; After, it is made and the caller never learns of it.
type Hook func(calls.Call, Moment) bool

// SetHook replaces the crash hook; nil is none.
func (l *Levers) SetHook(hook Hook) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hook = hook
}

// Crashes asks the crash hook whether the connection is cut now.
func (l *Levers) Crashes(call calls.Call, moment Moment) bool {
	l.mu.Lock()
	hook := l.hook
	l.mu.Unlock()
	return hook != nil && call.Write && hook(call, moment)
}
