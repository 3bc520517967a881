// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// takeCalls gives the controller's calls since the last time.
func (d *demonstration) takeCalls() []iamsim.Call {
	calls := d.Sim.Calls()
	d.Sim.ResetCalls()
	return slices.DeleteFunc(calls, func(c iamsim.Call) bool {
		return c.AccessKeyID != environment.ControllerKey && c.SessionARN == ""
	})
}

var callHeadings = []string{"ACTION", "CALLS", "KIND", "REFUSED"}

// callRows counts calls by action, writes first, with the errors they were answered with and a sum.
func callRows(calls []iamsim.Call) [][]string {
	type count struct {
		action, kind string
		calls        int
		refused      map[string]int
	}
	counts := map[string]*count{}
	for _, call := range calls {
		c := counts[call.Action]
		if c == nil {
			c = &count{action: call.Action, kind: "read", refused: map[string]int{}}
			if call.Write {
				c.kind = "write"
			}
			counts[call.Action] = c
		}
		c.calls++
		if call.ErrorCode != "" {
			c.refused[call.ErrorCode]++
		}
	}
	sorted := slices.SortedFunc(maps.Values(counts), func(a, b *count) int {
		return cmp.Or(strings.Compare(b.kind, a.kind), strings.Compare(a.action, b.action))
	})
	rows := make([][]string, 0, len(sorted)+1)
	for _, c := range sorted {
		var refused []string
		for _, code := range slices.Sorted(maps.Keys(c.refused)) {
			refused = append(refused, fmt.Sprintf("%d %s", c.refused[code], code))
		}
		rows = append(rows, []string{c.action, strconv.Itoa(c.calls), c.kind, strings.Join(refused, ", ")})
	}
	return append(rows, []string{
		"all", strconv.Itoa(len(calls)), fmt.Sprintf("%d writes", len(iamsim.Writes(calls))), "",
	})
}
