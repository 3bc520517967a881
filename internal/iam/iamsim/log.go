// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"

// Call is one entry of the call log.
type Call = calls.Call

// Calls returns the log of all calls since the start or the last ResetCalls, refused and throttled ones included.
func (s *Sim) Calls() []Call { return s.calls.All() }

// ResetCalls empties the call log.
func (s *Sim) ResetCalls() { s.calls.Reset() }

// Count is the number of calls of the given actions.
func Count(log []Call, actions ...string) int { return calls.Count(log, actions...) }

// CountByAction is the number of calls of each action that occurs.
func CountByAction(log []Call) map[string]int { return calls.CountByAction(log) }

// Writes are the calls that change IAM or would have, had they not failed.
func Writes(log []Call) []Call { return calls.Writes(log) }

// Reads are the IAM calls that change nothing.
func Reads(log []Call) []Call { return calls.Reads(log) }

// Failed are the calls that were answered with an error.
func Failed(log []Call) []Call { return calls.Failed(log) }

// ActionNames are the actions in the order of the calls.
func ActionNames(log []Call) []string { return calls.ActionNames(log) }
