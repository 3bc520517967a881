// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package calls

import "slices"

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
	return slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.Write || c.Service != "iam" })
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
