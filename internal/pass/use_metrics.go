// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// UseMetrics show when each role was last used, as far as a reading showed it. Nothing is decided by it: the deletion
// of a role that is protected while it is used reads afresh.
type UseMetrics struct {
	snapshots *snapshot.Snapshots
	lastUsed  *prometheus.Desc
}

// NewUseMetrics returns the metrics of what snapshots show.
func NewUseMetrics(snapshots *snapshot.Snapshots) *UseMetrics {
	return &UseMetrics{
		snapshots: snapshots,
		lastUsed: prometheus.NewDesc("ecsiam_role_last_used_timestamp_seconds",
			"When the role of an ECSRole was last used, in seconds of Unix time, as IAM last showed it, which notices it hours "+
				"late. No series where IAM knows of no use.", []string{"object_namespace", "object_name"}, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *UseMetrics) Describe(out chan<- *prometheus.Desc) { out <- m.lastUsed }

// Collect implements prometheus.Collector.
func (m *UseMetrics) Collect(out chan<- prometheus.Metric) {
	m.snapshots.EachUse(func(role types.NamespacedName, at int64) {
		out <- prometheus.MustNewConstMetric(m.lastUsed, prometheus.GaugeValue, float64(at), role.Namespace, role.Name)
	})
}
