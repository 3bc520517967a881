// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package pass is the one pass that every kind runs through: gather, want, observe, diff, inquire, permit, execute,
// report. A kind says only what differs, see Kind; where conditions are decided is verdict.go, where back-off lives is
// schedule.go, and what went wrong is a Problem.
//
// Facts come in first and decisions are made after them: gather and observe read, everything between is pure, execute
// makes the calls of the plan and nothing else, and report says what came of it.
package pass
