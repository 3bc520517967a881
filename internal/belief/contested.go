// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"slices"
	"time"
)

// A field is contested once its drift was corrected this often within the period. Then it is corrected once a period,
// until it holds for one.
const (
	contestedRepairs = 3
	contestedPeriod  = time.Hour
)

// Repaired remembers that drift of the fields was corrected.
func (o *Object) Repaired(fields []string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.repairs == nil {
		o.repairs = map[string]repairs{}
	}
	for _, f := range fields {
		was := o.repairs[f]
		times := append(recent(was.times, now, 2*contestedPeriod), now)
		o.repairs[f] = repairs{
			times:     times,
			contested: was.contested && len(times) > 1 || len(recent(times, now, contestedPeriod)) >= contestedRepairs,
		}
	}
}

// Contested returns the fields that were corrected too often to be corrected now. Whether an operation on such a field
// waits is for the operation to say: what narrows never does.
func (o *Object) Contested(now time.Time) map[string]bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	fields := map[string]bool{}
	for f, r := range o.repairs {
		if r.contested && len(recent(r.times, now, contestedPeriod)) > 0 {
			fields[f] = true
		}
	}
	return fields
}

func recent(times []time.Time, now time.Time, period time.Duration) []time.Time {
	return slices.DeleteFunc(slices.Clone(times), func(t time.Time) bool { return now.Sub(t) >= period })
}
