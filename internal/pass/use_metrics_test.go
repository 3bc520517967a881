// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass_test

import (
	"maps"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

func TestAMetricTellsWhenARoleWasLastUsedAndNothingOfOneThatWasNot(t *testing.T) {
	snapshots := snapshot.New("prod")
	for name, used := range map[string]time.Time{"checkout": time.Unix(1000, 0), "idle": {}} {
		snapshots.Settle("default", snapshot.Settled{
			Object: snapshot.Object{
				Entity: snapshot.Role, NamespacedName: types.NamespacedName{Namespace: "payments", Name: name},
			},
			Seen:    iam.Observation{Role: &iam.Role{Name: name}, Use: &iam.RoleUse{LastUsed: used}},
			Compare: func(seen iam.Observation) iam.Observation { return seen },
		})
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(pass.NewUseMetrics(snapshots))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(families) != 1 || len(families[0].GetMetric()) != 1 {
		t.Fatalf("got %v, want one series: that of the role that was used", families)
	}
	series := families[0].GetMetric()[0]
	labels := map[string]string{}
	for _, label := range series.GetLabel() {
		labels[label.GetName()] = label.GetValue()
	}
	if want := map[string]string{"object_namespace": "payments", "object_name": "checkout"}; !maps.Equal(labels, want) {
		t.Errorf("the series is of %v, want %v", labels, want)
	}
	if got := series.GetGauge().GetValue(); got != 1000 {
		t.Errorf("the role was last used at %v, want 1000", got)
	}
}
