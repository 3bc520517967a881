// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func newMetrics(t *testing.T) (*prometheus.Registry, *awsiam.Metrics) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	metrics, err := awsiam.NewMetrics(registry)
	must(t, err)
	return registry, metrics
}

// values are what a scrape would show, by metric and labels; of a histogram the count, of a gauge one decimal.
func values(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	must(t, err)
	values := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			var labels []string
			for _, label := range metric.GetLabel() {
				labels = append(labels, label.GetName()+"="+label.GetValue())
			}
			name := fmt.Sprintf("%s{%s}", strings.TrimPrefix(family.GetName(), "ecsiam_aws_api_"), strings.Join(labels, ","))
			values[name] = metric.GetCounter().GetValue() + math.Round(10*metric.GetGauge().GetValue())/10 +
				float64(metric.GetHistogram().GetSampleCount())
		}
	}
	return values
}

func wantValues(t *testing.T, registry *prometheus.Registry, want map[string]float64) {
	t.Helper()
	if diff := cmp.Diff(want, values(t, registry)); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestEveryAttemptIsCountedWithItsCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, metrics := newMetrics(t)
		sim := iamsim.New(iamsim.Options{})
		a := newDirect(sim, awsiam.Options{Name: "production", Metrics: metrics})
		sim.Fail("GetRole", "ServiceFailure", 1, nil)
		_, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
		must(t, err)
		_, err = a.Identity(t.Context())
		must(t, err)
		wantValues(t, registry, map[string]float64{
			"calls_total{code=ServiceFailure,operation=GetRole,service=iam}":                   1,
			"calls_total{code=NoSuchEntity,operation=GetRole,service=iam}":                     1,
			"calls_total{code=OK,operation=GetCallerIdentity,service=sts}":                     1,
			"ecsiam_iam_calls_total{account=production,code=ServiceFailure,operation=GetRole}": 1,
			"ecsiam_iam_calls_total{account=production,code=NoSuchEntity,operation=GetRole}":   1,
			"ecsiam_iam_limiter_wait_seconds{account=production}":                              2,
			"call_duration_seconds{operation=GetRole,service=iam}":                             2,
			"call_duration_seconds{operation=GetCallerIdentity,service=sts}":                   1,
			"rate_limit{account=production}":                                                   50,
		})
	})
}

func TestThrottledAndHeldBackCallsAreCountedForTheirAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, metrics := newMetrics(t)
		a := newDirect(answer(http.StatusBadRequest, "Throttling", "Rate exceeded"),
			awsiam.Options{Name: "production", Metrics: metrics, RateLimit: awsiam.RateLimit{QPS: 10, Burst: 1}})
		for range 3 {
			_, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
			if iam.Classify(err) != iam.ClassThrottled {
				t.Errorf("error is %v, want throttled", err)
			}
		}
		wantValues(t, registry, map[string]float64{
			"calls_total{code=Throttling,operation=GetRole,service=iam}":                   2,
			"call_duration_seconds{operation=GetRole,service=iam}":                         2,
			"throttled_calls_total{account=production}":                                    2,
			"ecsiam_iam_calls_total{account=production,code=Throttling,operation=GetRole}": 2,
			"ecsiam_iam_limiter_wait_seconds{account=production}":                          2,
			"held_back_calls_total{account=production}":                                    1,
			"rate_limit{account=production}":                                               2.5,
		})
	})
}

func TestACallWithoutAnswerIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, metrics := newMetrics(t)
		cfg := config("http://aws.invalid")
		cfg.HTTPClient = client(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
		_ = awsiam.New(cfg, awsiam.Options{Metrics: metrics}).DeleteRole(t.Context(), "r")
		if got := values(t, registry)["calls_total{code=NoAnswer,operation=DeleteRole,service=iam}"]; got != 3 {
			t.Errorf("%v calls without answer, want 3: %v", got, values(t, registry))
		}
	})
}

func TestMetricsAreNamedAsPrometheusAdvises(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, metrics := newMetrics(t)
		a := newDirect(answer(http.StatusBadRequest, "Throttling", ""), awsiam.Options{Metrics: metrics})
		for range 20 {
			_, _ = a.Observe(t.Context(), iam.Query{RoleName: "r"})
		}
		families, err := registry.Gather()
		must(t, err)
		if len(families) != 7 {
			t.Errorf("%d metrics have values, want all 7", len(families))
		}
		problems, err := promlint.NewWithMetricFamilies(families).Lint()
		must(t, err)
		for _, problem := range problems {
			t.Errorf("%s: %s", problem.Metric, problem.Text)
		}
	})
}

func TestMetricsThatAreRegisteredTwiceAreAnError(t *testing.T) {
	registry, _ := newMetrics(t)
	if _, err := awsiam.NewMetrics(registry); err == nil {
		t.Error("registered twice without an error")
	}
}
