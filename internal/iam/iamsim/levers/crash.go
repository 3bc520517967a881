// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"

// Crashes asks the crash hook whether the connection is cut now.
func (l *Levers) Crashes(call calls.Call, moment Moment) bool {
	l.mu.Lock()
	hook := l.hook
	l.mu.Unlock()
	return hook != nil && call.Write && hook(call, moment)
}
