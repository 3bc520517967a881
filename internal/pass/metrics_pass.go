// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func (m *Metrics) observe(o outcome) {
	if m == nil {
		return
	}
	for _, r := range o.execution.results {
		switch {
		case r.done:
			m.count(r.op, "done")
		case r.err != nil:
			m.count(r.op, "failed")
		}
	}
	if o.drift {
		m.observeDrift(o)
	}
	if contested(o.plan) {
		m.contested.Inc()
	}
}

func (m *Metrics) observeDrift(o outcome) {
	if o.execution.wrote() {
		m.drift.Inc()
	}
	found, corrected := map[string]bool{}, map[string]bool{}
	for _, r := range o.execution.results {
		found[partOf(r.op)], corrected[partOf(r.op)] = true, corrected[partOf(r.op)] || r.done
	}
	for _, w := range o.plan.Withheld {
		found[partOf(w.Op)] = true
	}
	for field := range found {
		m.driftFound.WithLabelValues(field).Inc()
		if corrected[field] {
			m.driftCorrected.WithLabelValues(field).Inc()
		}
	}
}

// partOf is the kind of the field of an operation: the names of policies would be a series each.
func partOf(op plan.Operation) string {
	part, _, _ := strings.Cut(op.Field(), "/")
	return part
}

func (m *Metrics) count(op plan.Operation, result string) {
	m.operations.WithLabelValues(op.Action(), result).Inc()
}

// contested reports whether the plan withholds a contested field.
func contested(p plan.Plan) bool {
	return slices.ContainsFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonContested })
}
