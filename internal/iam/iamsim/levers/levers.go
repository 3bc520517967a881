// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"slices"
	"strconv"
	"sync"

	"golang.org/x/time/rate"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
)

// Levers is what is switched on. The zero value is nothing; it is safe for concurrent use.
type Levers struct {
	mu       sync.Mutex
	settings Settings
	buckets  map[string]*rate.Limiter // by account
	faults   []*inForce
	added    int
	hook     Hook
}

// inForce is a fault with what is left of it.
type inForce struct {
	Fault
	ended chan struct{} // closed when it is ended, not when its calls are used up
	spent bool          // its calls are used up; it is kept for those that it still holds
}

// Settings are those in force.
func (l *Levers) Settings() Settings {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.settings
}

// Set replaces the settings. A new rate limit begins with full buckets.
func (l *Levers) Set(settings Settings) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if settings.QPS != l.settings.QPS || settings.Burst != l.settings.Burst {
		l.buckets = nil
	}
	l.settings = settings
}

// Add puts a fault in force and returns it with its id. Of several that match a call, the oldest applies.
func (l *Levers) Add(fault Fault) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added++
	fault.ID = "fault-" + strconv.Itoa(l.added)
	l.faults = append(l.faults, &inForce{Fault: fault, ended: make(chan struct{})})
	return fault
}

// Faults are those in force, the oldest first, with how many calls each still skips and meets.
func (l *Levers) Faults() []Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	faults := make([]Fault, 0, len(l.faults))
	for _, each := range l.faults {
		if !each.spent {
			faults = append(faults, each.Fault)
		}
	}
	return faults
}

// End ends the faults that are picked, lets go of the calls that they hold, and returns how many there were.
func (l *Levers) End(picked func(Fault) bool) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.faults)
	l.faults = slices.DeleteFunc(l.faults, func(f *inForce) bool {
		if !picked(f.Fault) {
			return false
		}
		close(f.ended)
		return true
	})
	return before - len(l.faults)
}

// Clear ends all faults and the crash hook, and takes back all settings.
func (l *Levers) Clear() {
	l.End(func(Fault) bool { return true })
	l.SetHook(nil)
	l.Set(Settings{})
}

// meet finds the fault that a call meets and counts it.
func (l *Levers) meet(call calls.Call) (*inForce, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, fault := range l.faults {
		if fault.spent || !fault.matches(call) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		if fault.Times > 0 {
			fault.Times--
			fault.spent = fault.Times == 0
		}
		l.faults = slices.DeleteFunc(l.faults, func(f *inForce) bool { return f.spent && !f.Hang })
		return fault, true
	}
	return nil, false
}

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
