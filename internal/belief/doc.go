// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package belief says what to take for the state of AWS when readings may be older than our own writes. IAM answers
// from replicas: for some seconds after a write it may show the state before it, each part of it at its own age. The
// package is pure; the time is a value.
//
// A Store remembers, for each object, what was written and what became of it. All of it is a help, nothing is
// authority: a controller that lost it does the same with more readings.
//
// The laws, which the tests prove on generated sequences of writes, stale readings, lost answers and restarts: what we
// wrote is believed until the window ends and doubted afterwards; a reading that shows a part as it was before our last
// writes is not taken within the time in which IAM may do so; absence is never assumed; an entity that we deleted is
// never taken for a new one; and lost memory leads to another reading, not to a conclusion.
package belief
