// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count what the reconcilers do. A nil Metrics counts nothing.
type Metrics struct {
	operations *prometheus.CounterVec
	drift      prometheus.Counter
	contested  prometheus.Counter

	driftFound, driftCorrected *prometheus.CounterVec
	queueWait                  *prometheus.HistogramVec

	// of accounts
	snapshotTime     *prometheus.GaugeVec
	snapshotDuration *prometheus.HistogramVec
	snapshotFailures *prometheus.CounterVec
	snapshotRoles    *prometheus.GaugeVec
	orphanedRoles    *prometheus.GaugeVec
	orphanedPolicies *prometheus.GaugeVec
	events           *prometheus.CounterVec
	eventFailures    *prometheus.CounterVec
}

// NewMetrics registers the metrics.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := newMetrics()
	for _, c := range []prometheus.Collector{
		m.operations, m.drift, m.contested, m.driftFound, m.driftCorrected, m.queueWait, m.snapshotTime,
		m.snapshotDuration, m.snapshotFailures, m.snapshotRoles, m.orphanedRoles, m.orphanedPolicies, m.events,
		m.eventFailures,
	} {
		if err := registry.Register(c); err != nil {
			return nil, err //nolint:wrapcheck // says itself which metric collides
		}
	}
	return m, nil
}

func newMetrics() *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: name, Help: help, Buckets: []float64{0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600},
		}, labels)
	}
	return &Metrics{
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
		driftFound: counter("ecsiam_drift_found_total",
			"Differences to the spec that nobody asked for in Kubernetes, by the part of the entity; each pass counts anew.",
			"field"),
		driftCorrected: counter("ecsiam_drift_fields_corrected_total",
			"Such differences that were corrected, by the part of the entity.", "field"),
		queueWait: histogram("ecsiam_queue_wait_seconds",
			"Time from when a pass was due until it began, by what it is for: window, change or drift.",
			"controller", "priority"),
		snapshotTime: gauge("ecsiam_snapshot_timestamp_seconds",
			"When the last reading of the whole account began, in seconds since 1970; its age is time() minus this.", "account"),
		snapshotDuration: histogram("ecsiam_snapshot_duration_seconds",
			"Time that a reading of the whole account took, those that failed included.", "account"),
		snapshotFailures: counter("ecsiam_snapshot_failures_total",
			"Readings of the whole account that failed.", "account"),
		snapshotRoles: gauge("ecsiam_snapshot_roles",
			"Roles of the account, whoever owns them, as the last reading showed them.", "account"),
		orphanedRoles: gauge("ecsiam_orphaned_roles",
			"Roles that carry the owner tag of an ECSRole which does not exist.", "account"),
		orphanedPolicies: gauge("ecsiam_orphaned_policies",
			"Managed policies that carry the owner tag of an ECSPolicy which does not exist, as far as their tags were read.",
			"account"),
		events: counter("ecsiam_events_total",
			"Messages from the queue of spec.events by what they led to: looked, own for calls of the controller, or ignored.",
			"account", "result"),
		eventFailures: counter("ecsiam_event_failures_total",
			"Failed attempts to read the queue of spec.events.", "account"),
	}
}

// waited records how long a pass waited behind others.
func (m *Metrics) waited(controller string, priority int, wait time.Duration) {
	if m == nil {
		return
	}
	name := "drift"
	switch priority {
	case priorityWindow:
		name = "window"
	case priorityChange:
		name = "change"
	}
	m.queueWait.WithLabelValues(controller, name).Observe(max(0, wait).Seconds())
}

// tookSnapshot records a reading of a whole account.
func (m *Metrics) tookSnapshot(account string, began time.Time, took time.Duration, roles int, err error) {
	if m == nil {
		return
	}
	m.snapshotDuration.WithLabelValues(account).Observe(took.Seconds())
	if err != nil {
		m.snapshotFailures.WithLabelValues(account).Inc()
		return
	}
	m.snapshotTime.WithLabelValues(account).Set(float64(began.Unix()))
	m.snapshotRoles.WithLabelValues(account).Set(float64(roles))
}

// Orphaned records how many entities of an account lost their object.
func (m *Metrics) Orphaned(account string, roles, policies int32) {
	if m != nil {
		m.orphanedRoles.WithLabelValues(account).Set(float64(roles))
		m.orphanedPolicies.WithLabelValues(account).Set(float64(policies))
	}
}

// heard records a message of an account's queue.
func (m *Metrics) heard(account, result string) {
	if m != nil {
		m.events.WithLabelValues(account, result).Inc()
	}
}

// eventsFailed records that the queue of an account could not be read.
func (m *Metrics) eventsFailed(account string) {
	if m != nil {
		m.eventFailures.WithLabelValues(account).Inc()
	}
}

// forget drops the series of an account that is gone.
func (m *Metrics) forget(account string) {
	if m == nil {
		return
	}
	of := prometheus.Labels{"account": account}
	for _, vec := range []interface{ DeletePartialMatch(prometheus.Labels) int }{
		m.snapshotTime, m.snapshotDuration, m.snapshotFailures, m.snapshotRoles, m.orphanedRoles, m.orphanedPolicies,
		m.events, m.eventFailures,
	} {
		vec.DeletePartialMatch(of)
	}
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
