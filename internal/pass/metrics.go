// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"runtime"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Metrics count what the reconcilers do. A nil Metrics counts nothing.
type Metrics struct {
	operations *prometheus.CounterVec
	drift      prometheus.Counter
	contested  prometheus.Counter
}

// NewMetrics registers the metrics.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ecsiam_operations_total",
			Help: "Operations of plans by IAM action and result: done or failed.",
		}, []string{"action", "result"}),
		drift: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "ecsiam_drift_corrected_total",
			Help: "Passes that corrected what others had changed in AWS.",
		}),
		contested: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "ecsiam_contested_total",
			Help: "Passes that left a field alone because another writer keeps changing it back.",
		}),
	}
	for _, c := range []prometheus.Collector{m.operations, m.drift, m.contested} {
		if err := registry.Register(c); err != nil {
			return nil, err //nolint:wrapcheck // says itself which metric collides
		}
	}
	return m, nil
}

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
	if o.drift && o.execution.wrote() {
		m.drift.Inc()
	}
	if contested(o.plan) {
		m.contested.Inc()
	}
}

func (m *Metrics) count(op plan.Operation, result string) {
	m.operations.WithLabelValues(op.Action(), result).Inc()
}

// contested reports whether the plan withholds a contested field.
func contested(p plan.Plan) bool {
	return slices.ContainsFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonContested })
}

// NewBuildInfo is the metric that says which version runs.
func NewBuildInfo(version string) prometheus.Collector {
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ecsiam_build_info",
		Help: "Always 1, with the version of the controller and of Go.",
	}, []string{"version", "goversion"})
	info.WithLabelValues(version, runtime.Version()).Set(1)
	return info
}
