// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import "sync"

// readings bounds how many accounts at a time are read as a whole of which no recent reading is known: they may not
// answer, and half of the workers are for those that do. The zero value bounds nothing.
type readings struct {
	workers int

	mu       sync.Mutex
	doubtful int
}

// begin lets a reading begin, and returns what is to be called at its end; nil and false when it may not begin now.
func (r *readings) begin(known bool) (end func(), begun bool) {
	if known || r.workers <= 1 {
		return func() {}, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.doubtful >= r.workers/2 {
		return nil, false
	}
	r.doubtful++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.doubtful--
	}, true
}
